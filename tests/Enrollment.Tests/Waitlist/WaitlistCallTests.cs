using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Waitlist;

/// <summary>What the waitlist's calls accept, refuse and show, and to whom.</summary>
public sealed class WaitlistCallTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_referral_waits_once_and_a_repeated_request_gets_the_first_answer(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await FullAsync(world);
        var referral = await world.ReferEligibleAsync();
        var request = new JoinWaitlistRequest { RequestId = World.NewId(), ReferralId = referral.Id, ProgramId = program };
        var first = await world.Waitlist().JoinWaitlistAsync(request, world.Operator);
        (await world.Waitlist().JoinWaitlistAsync(request, world.Operator)).ShouldBe(first);
        (await World.FailureAsync(world.JoinAsync(referral.Id, program), StatusCode.AlreadyExists)).ShouldBe("WAITLIST_ENTRY_OPEN");
        await world.LeaveAsync(first.Entry.Id);
        var again = (await world.JoinAsync(referral.Id, program)).Entry;
        again.Id.ShouldNotBe(first.Entry.Id);
        var left = await world.PositionAsync(first.Entry.Id);
        (left.Entry.Status, left.Entry.RemovalReason, left.Position).ShouldBe((V1.WaitlistStatus.Removed, "moved away", 0));
    }

    [Fact]
    public async Task Of_many_that_enter_a_referral_at_once_one_does()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await FullAsync(world);
        var referral = await world.ReferEligibleAsync();
        var codes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Journey.JourneyTests.CodeAsync(world.JoinAsync(referral.Id, program))));
        codes.Order().ShouldBe(["", "WAITLIST_ENTRY_OPEN", "WAITLIST_ENTRY_OPEN", "WAITLIST_ENTRY_OPEN"]);
    }

    [Fact]
    public async Task Only_an_eligible_referral_without_a_held_place_waits()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var unanswered = await world.ReferAsync();
        (await World.FailureAsync(world.JoinAsync(unanswered.Id, program), StatusCode.FailedPrecondition)).ShouldBe("REFERRAL_NOT_ELIGIBLE");
        var held = await world.ReferEligibleAsync();
        await world.OfferAsync(held.Id, program);
        (await World.FailureAsync(world.JoinAsync(held.Id, program), StatusCode.FailedPrecondition)).ShouldBe("OFFER_OPEN");
        (await World.FailureAsync(world.JoinAsync(World.NewId(), program), StatusCode.NotFound)).ShouldBe("NOT_FOUND");
        (await World.FailureAsync(world.JoinAsync((await world.ReferEligibleAsync()).Id, World.NewId()), StatusCode.NotFound)).ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_said_by_field()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Waitlist().JoinWaitlistAsync(
            new()
            {
                RequestId = World.NewId(),
                ReferralId = "x",
                Sites = new() { SiteIds = { "y" } },
                Facts = { V1.WaitlistFact.Unspecified },
                Criteria = new() { Delivery = (V1.Delivery)9, Weekdays = { (MeetingDay)8 }, TimesOfDay = { (TimeOfDay)4 }, PayerCode = "A1", State = "ZZ" },
            },
            world.Operator));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(field => field.Field).ShouldBe(
            [
                "referral_id", "sites.site_ids[0]", "facts[0]", "criteria.delivery", "criteria.weekdays[0]", "criteria.times_of_day[0]",
                "criteria.payer_kind", "criteria.state",
            ],
            ignoreOrder: true);
        var nothing = await Should.ThrowAsync<RpcException>(async () => await world.Waitlist().JoinWaitlistAsync(
            new() { RequestId = World.NewId(), ReferralId = World.NewId() }, world.Operator));
        nothing.ToDomainError().ShouldNotBeNull().Fields.ShouldHaveSingleItem().Field.ShouldBe("program_id");
    }

    [Fact]
    public async Task Who_runs_one_site_sees_its_line_and_no_other()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await FullAsync(world);
        var entry = await world.JoinNewPersonAsync(program);
        var own = world.Tokens.SiteAdmin(world.Network, Guid.Parse(site));
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.NewGuid());
        (await world.Waitlist().ListWaitlistAsync(new() { ProgramId = program }, own)).Entries.ShouldHaveSingleItem().Id.ShouldBe(entry.Id);
        (await World.FailureAsync(world.Waitlist().ListWaitlistAsync(new() { ProgramId = program }, stranger), StatusCode.NotFound))
            .ShouldBe("NOT_FOUND");
        (await World.FailureAsync(world.Waitlist().ListWaitlistAsync(new() { RegionId = World.NewId() }, own), StatusCode.NotFound))
            .ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task The_estimate_follows_from_the_places_that_were_left()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        var entry = await world.JoinNewPersonAsync(program);
        (await world.PositionAsync(entry.Id)).EstimatedWait.ShouldBeNull("nobody ever left");
        await world.DischargeAsync(inCare);
        await world.AdmitAsync((await world.OfferedAsync(entry)).Id);
        var next = await world.PositionAsync((await world.JoinNewPersonAsync(program)).Id);
        (next.Position, next.EstimatedWait.Days).ShouldBe((1, 28), "one place in the four weeks that are observed at the least");
        next.EstimatedWait.Basis.ShouldBe("Position 1; people left 1 places in 28 days.");
        next.Programs.ShouldHaveSingleItem().Freed.ShouldBe(1);
    }

    [Fact]
    public async Task An_entry_is_not_taken_out_while_a_place_is_held_for_it_and_not_skipped_when_it_does_not_wait()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var entry = await world.JoinNewPersonAsync(program);
        await world.OfferedAsync(entry);
        (await World.FailureAsync(world.LeaveAsync(entry.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_OPEN");
        (await World.FailureAsync(world.SkipAsync(entry.Id), StatusCode.FailedPrecondition)).ShouldBe("WAITLIST_ENTRY_NOT_WAITING");
    }

    /// <summary>A program whose only place is taken.</summary>
    private static async Task<(string SiteId, string ProgramId)> FullAsync(World world)
    {
        var place = await world.OpenProgramAsync(licensed: 1);
        await world.AdmitNewPersonAsync(place.ProgramId);
        return place;
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task To_say_where_an_entry_stands_costs_as_much_at_the_end_of_a_line_as_at_its_beginning(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var sites = new List<string>();
        for (var i = 0; i < 4; i++)
            sites.Add((await world.OpenProgramAsync(licensed: 0)).SiteId);
        var first = await world.JoinNewPersonAnywhereAsync(sites);
        for (var i = 0; i < 25; i++)
            await world.JoinNewPersonAnywhereAsync(sites.Skip(i % 2));
        var last = await world.JoinNewPersonAnywhereAsync(sites.Take(2));
        var (atFirst, atLast) = (await ReadAsync(first), await ReadAsync(last));
        atLast.Queries.ShouldBe(atFirst.Queries);
        atFirst.Positions.ShouldAllBe(position => position == 1);
        atLast.Positions.ShouldBe([1 + 1 + 13, 1 + 1 + 25]);

        async Task<(int Queries, IReadOnlyList<int> Positions)> ReadAsync(V1.WaitlistEntry known)
        {
            var queries = new QueryCount();
            var id = Guid.Parse(known.Id);
            using var counted = queries.Of(world.Host);
            var waits = await counted.ReadAsync(
                world.Network,
                async (db, ct) =>
                {
                    var entry = await db.WaitlistEntries.SingleAsync(e => e.Id == id, ct);
                    return await WaitlistPositions.ReadAsync(db, entry, ct);
                },
                default);
            return (queries.Count, [.. waits.Select(wait => wait.Position)]);
        }
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_joins_after_the_clock_was_set_back_stands_behind_those_who_came_before(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 0);
        var first = await world.JoinNewPersonAsync(program);
        var before = first.JoinedAt.ToDateTimeOffset().AddHours(1);
        await world.WriteAsync(async (db, ct) =>
            await db.WaitlistEntries.ExecuteUpdateAsync(set => set.SetProperty(e => e.JoinedAt, before), ct)
            + await db.WaitlistLines.ExecuteUpdateAsync(set => set.SetProperty(l => l.At, before), ct));
        var second = await world.JoinNewPersonAsync(program);
        (await world.PositionAsync(second.Id)).Position.ShouldBe(2);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_let_an_offer_run_out_joins_the_line_at_once(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferEligibleAsync();
        await world.RunOutAsync((await world.OfferAsync(referral.Id, program)).Offer.Id);
        await world.OfferedAsync((await world.JoinAsync(referral.Id, program)).Entry);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_waits_for_a_program_is_seen_by_its_site_while_waiting_and_by_no_other(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, elsewhere) = await world.OpenProgramAsync(licensed: 1);
        var (site, program) = await world.OpenProgramAsync(licensed: 0);
        var (third, _) = await world.OpenProgramAsync(licensed: 0);
        var referral = await world.ReferEligibleAsync();
        await world.ReleaseAsync((await world.OfferAsync(referral.Id, elsewhere)).Offer.Id);
        var (here, there) = (world.Tokens.Clinician(world.Network, Guid.Parse(site)), world.Tokens.Clinician(world.Network, Guid.Parse(third)));
        (await SeesAsync(here)).ShouldBeFalse();

        var entry = (await world.JoinAsync(referral.Id, program, V1.WaitlistFact.Pregnant)).Entry;
        (await world.Waitlist().ListWaitlistAsync(new() { ProgramId = program }, here)).Entries.ShouldHaveSingleItem().Id.ShouldBe(entry.Id);
        ((await SeesAsync(here)), (await SeesAsync(there))).ShouldBe((true, false));
        await World.FailureAsync(world.Waitlist().ListWaitlistAsync(new() { ProgramId = program }, there), StatusCode.NotFound);

        await world.LeaveAsync(entry.Id);
        (await SeesAsync(here)).ShouldBeFalse();

        async Task<bool> SeesAsync(Metadata headers) =>
            (await world.Referrals.ListReferralsAsync(new(), headers)).Referrals.Any(r => r.Id == referral.Id);
    }

    [Fact]
    public async Task Of_what_happened_to_an_entry_the_last_thousand_events_are_told()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 0);
        var entry = await world.JoinNewPersonAsync(program);
        await world.WriteAsync((db, _) =>
        {
            db.WaitlistEvents.AddRange(Enumerable.Range(1, 1000).Select(i => new WaitlistEvent
            {
                NetworkId = world.Network, Turn = 1_000_000, Ordinal = i, EntryId = Guid.Parse(entry.Id), Kind = WaitlistEventKind.Overtaken,
                At = DateTimeOffset.UtcNow, By = "test", Reason = $"{i}",
            }));
            return Task.FromResult(true);
        });
        var history = (await world.PositionAsync(entry.Id)).History;
        (history.Count, history[0].Reason, history[^1].Reason).ShouldBe((1000, "1", "1000"));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Nobody_joins_the_line_of_what_is_closed(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 0);
        var (other, _) = await world.OpenProgramAsync(licensed: 0);
        var referral = (await world.ReferEligibleAsync()).Id;
        await world.Sites.CloseProgramAsync(
            new() { RequestId = World.NewId(), ProgramId = program, Etag = (await world.ProgramAsync(site)).Etag, ClosedOn = World.Today() },
            world.Operator);
        (await World.FailureAsync(world.JoinAsync(referral, program), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_CLOSED");
        (await World.FailureAsync(JoinAsync(site), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_CLOSED");
        await JoinAsync(site, other);

        AsyncUnaryCall<JoinWaitlistResponse> JoinAsync(params string[] sites) => world.Waitlist().JoinWaitlistAsync(
            new() { RequestId = World.NewId(), ReferralId = referral, Sites = new() { SiteIds = { sites } } }, world.Operator);
    }
}
