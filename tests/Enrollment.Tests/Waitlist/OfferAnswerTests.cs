using Grpc.Core;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Waitlist;

/// <summary>An offer is made, the person says yes or no before it expires, and the admission uses it.</summary>
public sealed class OfferAnswerTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task After_a_yes_the_place_stays_held_for_longer_and_the_admission_uses_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var made = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        made.AcceptedAt.ShouldBeNull();
        var accepted = (await world.AcceptAsync(made.Id)).Offer;
        accepted.Status.ShouldBe(OfferStatus.Held);
        accepted.AcceptedAt.ShouldNotBeNull();
        accepted.ExpiresAt.ToDateTimeOffset().ShouldBe(accepted.AcceptedAt.ToDateTimeOffset().AddMinutes(10080), "the base pack says a week");
        (await world.AcceptAsync(made.Id)).Offer.ShouldBe(accepted, "a repeated yes changes nothing");
        await world.AdmitAsync(made.Id);
        (await world.Offers().GetOfferAsync(new() { OfferId = made.Id }, world.Operator)).Offer.Status.ShouldBe(OfferStatus.Accepted);
        await world.ShouldBalanceAsync(program);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_no_frees_the_place_and_keeps_the_reason_also_after_a_yes(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var made = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        await world.AcceptAsync(made.Id);
        var declined = (await world.DeclineAsync(made.Id, "no ride")).Offer;
        (declined.Status, declined.DeclineReason).ShouldBe((OfferStatus.Declined, "no ride"));
        (await World.FailureAsync(world.AcceptAsync(made.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_DECLINED");
        (await World.FailureAsync(world.AdmitAsync(made.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_DECLINED");
        await world.ShouldBalanceAsync(program);
        await world.OfferAsync((await world.ReferEligibleAsync()).Id, program);
    }

    [Fact]
    public async Task After_its_time_no_answer_counts()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var made = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        await world.RunOutAsync(made.Id);
        (await World.FailureAsync(world.AcceptAsync(made.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_LAPSED");
        var late = (await world.DeclineAsync(made.Id)).Offer;
        (late.Status, late.DeclineReason).ShouldBe((OfferStatus.Lapsed, ""));
        await world.ShouldBalanceAsync(program);
    }

    [Fact]
    public async Task Used_offers_cannot_be_declined()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var made = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        await world.AdmitAsync(made.Id);
        (await World.FailureAsync(world.DeclineAsync(made.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_ACCEPTED");
        await world.ShouldBalanceAsync(program);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Without_minutes_the_rule_pack_says_how_long_an_offer_holds(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferEligibleAsync();
        var before = DateTimeOffset.UtcNow;
        var offer = (await world.Placement.OfferPlaceAsync(
            new() { RequestId = World.NewId(), ReferralId = referral.Id, ProgramId = program }, world.Operator)).Offer;
        (offer.ExpiresAt.ToDateTimeOffset() - before).TotalMinutes.ShouldBe(2880, tolerance: 5);
    }

    [Fact]
    public async Task Offers_of_a_site_are_listed_newest_first_by_page_and_to_those_who_see_the_site()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
            made.Add((await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer.Id);
        await world.DeclineAsync(made[1]);
        var first = await world.Offers().ListOffersAsync(new() { SiteId = site, Page = new() { Size = 2 } }, world.Operator);
        first.Offers.Select(o => o.Id).ShouldBe([made[2], made[1]]);
        var second = await world.Offers().ListOffersAsync(new() { SiteId = site, Page = new() { Size = 2, Token = first.NextPageToken } }, world.Operator);
        second.Offers.ShouldHaveSingleItem().Id.ShouldBe(made[0]);
        second.NextPageToken.ShouldBeEmpty();
        (await world.Offers().ListOffersAsync(new() { SiteId = site, Status = OfferStatus.Declined }, world.Operator))
            .Offers.ShouldHaveSingleItem().DeclineReason.ShouldBe("too far");
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.NewGuid());
        (await World.FailureAsync(world.Offers().ListOffersAsync(new() { SiteId = site }, stranger), StatusCode.NotFound)).ShouldBe("NOT_FOUND");
        (await World.FailureAsync(world.Offers().GetOfferAsync(new() { OfferId = made[0] }, stranger), StatusCode.NotFound)).ShouldBe("NOT_FOUND");
        (await World.FailureAsync(
            world.Offers().DeclineOfferAsync(new() { RequestId = World.NewId(), OfferId = made[0], Reason = "x" }, stranger),
            StatusCode.NotFound)).ShouldBe("NOT_FOUND");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_declines_returns_to_the_same_place_in_line_until_it_was_too_often(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        var choosy = await world.JoinNewPersonAsync(program);
        var others = new Queue<V1.WaitlistEntry>();
        for (var i = 0; i < 3; i++)
            others.Enqueue(await world.JoinNewPersonAsync(program));

        // The base pack lets who declines return twice. Each declined place goes to the next behind, who is admitted and leaves.
        for (var declines = 1; declines <= 3; declines++)
        {
            await world.DischargeAsync(inCare);
            await world.DeclineAsync((await world.OfferedAsync(choosy)).Id);
            inCare = (await world.AdmitAsync((await world.OfferedAsync(others.Dequeue())).Id)).Episode;
            var position = await world.PositionAsync(choosy.Id);
            position.Entry.Declines.ShouldBe(declines);
            (position.Entry.Status, position.Position).ShouldBe(
                declines <= 2 ? (V1.WaitlistStatus.Waiting, 1) : (V1.WaitlistStatus.Removed, 0));
        }
        var end = await world.PositionAsync(choosy.Id);
        end.Entry.RemovalReason.ShouldContain("3 declined");
        end.History[^1].Kind.ShouldBe(V1.WaitlistEventKind.Removed);
        await world.ShouldBalanceAsync(program);
    }

    [Fact]
    public async Task Who_lets_an_offer_lapse_returns_once()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var silent = await world.JoinNewPersonAsync(program);
        var second = await world.JoinNewPersonAsync(program);
        await world.RunOutAsync((await world.OfferedAsync(silent)).Id);
        var other = await world.OfferedAsync(second);
        var returned = (await world.PositionAsync(silent.Id)).Entry;
        (returned.Status, returned.Lapses).ShouldBe((V1.WaitlistStatus.Waiting, 1));
        await world.ReleaseAsync(other.Id);
        await world.RunOutAsync((await world.OfferedAsync(silent)).Id);
        await Support.Eventually.TrueAsync(
            async () => await world.StatusAsync(silent) == V1.WaitlistStatus.Removed, "the second lapse to end the wait");
        await world.ShouldBalanceAsync(program);
    }

    // The base pack ends the wait with the second lapse.
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_said_yes_and_was_not_admitted_in_time_did_not_let_the_offer_lapse(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var willing = await world.JoinNewPersonAsync(program);
        for (var i = 0; i < 2; i++)
        {
            var offer = await world.OfferedAsync(willing);
            await world.AcceptAsync(offer.Id);
            await world.RunOutAsync(offer.Id);

            // The place goes past it once.
            var next = await world.JoinNewPersonAsync(program);
            await world.LeaveAfterDeclineAsync(next, await world.OfferedAsync(next));
        }
        await world.OfferedAsync(willing);
        var position = await world.PositionAsync(willing.Id);
        position.Entry.Lapses.ShouldBe(0);
        position.History.Count(e => e.Kind == V1.WaitlistEventKind.Lapsed).ShouldBe(2);
    }
}
