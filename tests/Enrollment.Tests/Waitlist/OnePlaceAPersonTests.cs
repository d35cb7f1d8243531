using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Waitlist;

/// <summary>A person may be referred twice, and has one place.</summary>
public sealed class OnePlaceAPersonTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_second_place_is_not_held_for_the_same_person(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, one) = await world.OpenProgramAsync(licensed: 1);
        var (_, other) = await world.OpenProgramAsync(licensed: 1);
        var first = await world.ReferEligibleAsync();
        var second = await AgainAsync(world, first);
        var held = (await world.OfferAsync(first.Id, one)).Offer;
        (await World.FailureAsync(world.OfferAsync(second.Id, other), StatusCode.FailedPrecondition)).ShouldBe("PERSON_OFFER_OPEN");
        await world.AdmitAsync(held.Id);
        (await World.FailureAsync(world.OfferAsync(second.Id, other), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_OPEN");
        await world.ShouldBalanceAsync(other);
    }

    [Fact]
    public async Task Of_offers_to_a_person_that_are_made_at_once_one_stands()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 8);
        var first = await world.ReferEligibleAsync();
        var referrals = new List<string> { first.Id };
        for (var i = 0; i < 5; i++)
            referrals.Add((await AgainAsync(world, first)).Id);
        var outcomes = await Task.WhenAll(referrals.Select(async referral =>
        {
            try
            {
                return (await world.OfferAsync(referral, program)).Offer.Status.ToString();
            }
            catch (RpcException e)
            {
                return e.ToDomainError()!.Code;
            }
        }));
        outcomes.Order(StringComparer.Ordinal).ShouldBe(["Held", .. Enumerable.Repeat("PERSON_OFFER_OPEN", 5)]);
        (await world.CapacityAsync(program)).Held.ShouldBe(1);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_has_a_place_is_not_offered_another_until_it_is_given_up(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, here) = await world.OpenProgramAsync(licensed: 1);
        var (_, there) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(there);
        var first = await world.ReferEligibleAsync();
        var twice = (await world.JoinAsync((await AgainAsync(world, first)).Id, there)).Entry;
        var behind = await world.JoinNewPersonAsync(there);
        var held = (await world.OfferAsync(first.Id, here)).Offer;
        await world.DischargeAsync(inCare);
        var offer = await world.OfferedAsync(behind);
        (await world.StatusAsync(twice)).ShouldBe(V1.WaitlistStatus.Waiting);

        // In care the same: the place stays open for others, and is not kept for a person who has one.
        var episode = (await world.AdmitAsync(held.Id)).Episode;
        await world.LeaveAfterDeclineAsync(behind, offer);
        await world.Host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);
        (await world.StatusAsync(twice)).ShouldBe(V1.WaitlistStatus.Waiting);
        await world.DischargeAsync(episode);
        (await world.OfferedAsync(twice)).ProgramId.ShouldBe(there);
    }

    [Theory]
    [InlineData("release")]
    [InlineData("decline")]
    [InlineData("lapse")]
    public async Task An_offer_that_was_not_used_lets_the_other_referral_of_the_person_be_served(string end)
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, here) = await world.OpenProgramAsync(licensed: 1);
        var (_, there) = await world.OpenProgramAsync(licensed: 1);
        var first = await world.ReferEligibleAsync();
        var held = (await world.OfferAsync(first.Id, here)).Offer;
        var twice = (await world.JoinAsync((await AgainAsync(world, first)).Id, there)).Entry;
        await world.Host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);
        (await world.StatusAsync(twice)).ShouldBe(V1.WaitlistStatus.Waiting);
        switch (end)
        {
            case "release":
                await world.ReleaseAsync(held.Id);
                break;
            case "decline":
                await world.DeclineAsync(held.Id);
                break;
            default:
                await world.RunOutAsync(held.Id);
                break;
        }
        (await world.OfferedAsync(twice)).ProgramId.ShouldBe(there);
    }

    /// <summary>Another eligible referral of the same person.</summary>
    private static async Task<Referral> AgainAsync(World world, Referral first)
    {
        var referral = (await world.Referrals.CreateReferralAsync(
            new CreateReferralRequest
            {
                RequestId = World.NewId(),
                Person = new Person { Id = first.PersonId },
                Source = ReferralSource.Court,
                ReferredOn = World.Today(-1),
            },
            world.Operator)).Referral;
        await world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator);
        return referral;
    }
}
