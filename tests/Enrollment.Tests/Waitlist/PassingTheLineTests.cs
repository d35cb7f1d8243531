using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Support;

namespace Platform.Enrollment.Waitlist;

/// <summary>Between the moment at which a place comes open and the offer of the waitlist nobody takes it; here the waitlist works when told.</summary>
public sealed class PassingTheLineTests : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private TestDatabase database = null!;
    private TestHost host = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync("passing");
        host = await Hosts.StartAsync(tokens, database);
        world = new World(host, tokens, database);

        // It serves somebody first: a worker that is stopped before it began is taken for one that failed.
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        await world.OfferedAsync(await world.JoinNewPersonAsync(program));
        await Worker.StopAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
        tokens.Dispose();
    }

    [Fact]
    public async Task Nobody_takes_a_place_for_which_somebody_waits()
    {
        var (program, entry) = await FreedAsync();
        var other = await world.ReferEligibleAsync();
        (await World.FailureAsync(world.OfferAsync(other.Id, program), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_HAS_WAITLIST");
        await world.ShouldBalanceAsync(program);
        await Worker.RunAsync(default);
        (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Offered);
    }

    [Fact]
    public async Task A_reason_to_pass_is_kept_audited_and_shown_to_those_who_were_passed()
    {
        var (program, entry) = await FreedAsync();
        var other = await world.ReferEligibleAsync();
        var offer = (await OfferAsync(other.Id, program, "court order of today")).Offer;
        offer.OverrideReason.ShouldBe("court order of today");
        var overtaken = (await world.PositionAsync(entry.Id)).History[^1];
        (overtaken.Kind, overtaken.Reason, overtaken.OfferId).ShouldBe((V1.WaitlistEventKind.Overtaken, "court order of today", offer.Id));
        var actions = await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<string>($"SELECT action AS \"Value\" FROM audit_entry WHERE subject_id = {Guid.Parse(offer.Id)}").ToListAsync(ct));
        actions.ShouldBe(["offer.make-passing-waitlist"]);
    }

    [Fact]
    public async Task A_reason_is_not_kept_when_nobody_was_passed()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var offer = (await OfferAsync((await world.ReferEligibleAsync()).Id, program, "just in case")).Offer;
        offer.OverrideReason.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_first_in_line_may_be_offered_the_place_by_hand_and_who_is_behind_may_not()
    {
        var (program, first) = await FreedAsync();
        var behind = await world.JoinNewPersonAsync(program);
        (await World.FailureAsync(world.OfferAsync(behind.ReferralId, program), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_HAS_WAITLIST");
        await world.OfferAsync(first.ReferralId, program);
        var position = await world.PositionAsync(first.Id);
        (position.Entry.Status, position.History[^1].Kind).ShouldBe((V1.WaitlistStatus.Offered, V1.WaitlistEventKind.OfferedByHand));
    }

    [Fact]
    public async Task Who_is_skipped_and_whom_the_place_does_not_suit_stand_in_nobodys_way()
    {
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        await world.SkipAsync((await world.JoinNewPersonAsync(program)).Id);
        await world.JoinNewPersonAnywhereAsync([site], new() { Track = Track.EatingDisorder });
        await world.DischargeAsync(inCare);
        (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer.OverrideReason.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_skip_ends_when_a_place_goes_past_it_by_hand()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        var skipped = await world.JoinNewPersonAsync(program);
        await world.SkipAsync(skipped.Id);
        await world.DischargeAsync(inCare);
        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        var position = await world.PositionAsync(skipped.Id);
        var passed = position.History[^1];
        (passed.Kind, passed.ProgramId, passed.OfferId).ShouldBe((V1.WaitlistEventKind.PassedOver, program, offer.Id));
        position.Entry.Skipped.ShouldBeFalse();
        await world.ReleaseAsync(offer.Id);
        (await World.FailureAsync(world.OfferAsync((await world.ReferEligibleAsync()).Id, program), StatusCode.FailedPrecondition))
            .ShouldBe("PROGRAM_HAS_WAITLIST");
    }

    // Nobody sweeps here: the place of the offer that ran out is taken by the next one, which is the place that goes past it.
    [Fact]
    public async Task Who_let_an_offer_lapse_is_passed_by_the_next_one_and_served_again_after_it()
    {
        var (program, entry) = await FreedAsync();
        await Worker.RunAsync(default);
        await world.RunOutAsync((await world.OfferedAsync(entry)).Id);
        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        (await world.PositionAsync(entry.Id)).History.Select(e => e.Kind).TakeLast(2)
            .ShouldBe([V1.WaitlistEventKind.Lapsed, V1.WaitlistEventKind.PassedOver]);
        await world.ReleaseAsync(offer.Id);
        await Worker.RunAsync(default);
        (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Offered);
    }

    [Fact]
    public async Task Whose_referral_is_not_eligible_any_more_is_passed_and_keeps_the_place_in_line()
    {
        var (program, first) = await FreedAsync();
        var second = await world.JoinNewPersonAsync(program);
        await world.Referrals.AnswerEligibilityAsync(World.Answers(first.ReferralId, no: EligibilityQuestion.IsStable), world.Operator);
        await Worker.RunAsync(default);
        (await world.StatusAsync(first)).ShouldBe(V1.WaitlistStatus.Waiting);
        (await world.StatusAsync(second)).ShouldBe(V1.WaitlistStatus.Offered);
    }

    // The rows say what is left to do, not the process that was to do it.
    [Fact]
    public async Task A_place_that_came_open_when_a_process_died_is_offered_by_another()
    {
        var (program, entry) = await FreedAsync();
        await using var another = await Hosts.StartAsync(tokens, database);
        await Eventually.TrueAsync(async () => await world.StatusAsync(entry) == V1.WaitlistStatus.Offered, "the other process to offer");
        await world.ShouldBalanceAsync(program);
    }

    [Fact]
    public async Task Several_that_serve_the_line_at_once_offer_each_place_once_and_in_order()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 8);
        var inCare = new List<Episode>();
        for (var i = 0; i < 8; i++)
            inCare.Add(await world.AdmitNewPersonAsync(program));
        var line = new List<V1.WaitlistEntry>();
        for (var i = 0; i < 8; i++)
            line.Add(await world.JoinNewPersonAsync(program));
        foreach (var episode in inCare.Take(5))
            await world.DischargeAsync(episode);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Worker.RunAsync(default)));
        var statuses = new List<V1.WaitlistStatus>();
        foreach (var entry in line)
            statuses.Add(await world.StatusAsync(entry));
        statuses.ShouldBe([.. Enumerable.Repeat(V1.WaitlistStatus.Offered, 5), .. Enumerable.Repeat(V1.WaitlistStatus.Waiting, 3)]);
        await world.ShouldBalanceAsync(program);
    }

    private WaitlistWorker Worker => host.Services.GetRequiredService<WaitlistWorker>();

    /// <summary>A program whose only place was just left, and somebody who waits for it.</summary>
    private async Task<(string Program, V1.WaitlistEntry Entry)> FreedAsync()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        var entry = await world.JoinNewPersonAsync(program);
        await Worker.RunAsync(default);
        await world.DischargeAsync(inCare);
        return (program, entry);
    }

    private AsyncUnaryCall<OfferPlaceResponse> OfferAsync(string referral, string program, string reason) => world.Placement.OfferPlaceAsync(
        new() { RequestId = World.NewId(), ReferralId = referral, ProgramId = program, Minutes = 60, OverrideReason = reason }, world.Operator);
}
