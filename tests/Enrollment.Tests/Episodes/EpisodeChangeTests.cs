using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Episodes;

public sealed class EpisodeChangeTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_discharge_is_not_taken_back_while_another_place_is_held_for_the_person(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var (_, other) = await world.OpenProgramAsync(licensed: 1);
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 9), daysAgo: 2)).Episode;
        var offer = (await world.OfferAsync((await world.ReferAgainAsync(episode.PersonId)).Id, other)).Offer;
        (await World.FailureAsync(world.ReinstateAsync(episode), StatusCode.FailedPrecondition)).ShouldBe("PERSON_OFFER_OPEN");
        await world.ReleaseAsync(offer.Id);
        (await world.ReinstateAsync(episode)).Episode.Status.ShouldBe(V1.EpisodeStatus.Admitted);
        await world.ShouldBalanceAsync(program);
    }

    // Whoever reads a decision, as when a rule pack is tried, is noted in the record of the person.
    [Fact]
    public async Task Every_decision_about_a_person_names_the_person()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        var episode = await world.AdmitSinceAsync(program, daysAgo: 9);
        episode = (await world.StartLeaveAsync(episode, daysAgo: 5, back: 3)).Episode;
        episode = (await world.EndLeaveAsync(episode)).Episode;
        await world.DischargeAsync(episode);
        var decisions = await world.ReadAsync((db, ct) => db.RuleDecisions.Select(d => new { d.Kind, d.PersonId }).ToListAsync(ct));
        decisions.Select(d => d.Kind).ShouldContain("leave.place");
        decisions.Select(d => d.Kind).ShouldContain("aftercare.follow-ups");
        decisions.ShouldAllBe(d => d.PersonId == Guid.Parse(episode.PersonId));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_transfer_moves_one_person_and_one_place_and_keeps_the_record(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (oldSite, here) = await world.OpenProgramAsync(licensed: 1);
        var (newSite, there) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(here, daysAgo: 5);
        var moved = (await world.TransferAsync(episode, there, daysAgo: 2)).Episode;
        (moved.Id, moved.PersonId, moved.SiteId, moved.ProgramId).ShouldBe((episode.Id, episode.PersonId, newSite, there));
        moved.AdmittedOn.ShouldBe(episode.AdmittedOn);
        ((await world.CapacityAsync(here)).Occupied, (await world.CapacityAsync(there)).Occupied).ShouldBe((0, 1));
        ((await world.CapacityAsync(here)).Held, (await world.CapacityAsync(there)).Held).ShouldBe((0, 0));
        await world.ShouldBalanceAsync(here);
        await world.ShouldBalanceAsync(there);

        var history = await world.HistoryAsync(episode.Id);
        history.Stays.Select(s => (s.SiteId, s.From, s.To, s.Beginning)).ShouldBe(
        [
            (oldSite, World.Today(-5), World.Today(-2), V1.StayBeginning.Admission),
            (newSite, World.Today(-2), "", V1.StayBeginning.Transfer),
        ]);
        var listed = await world.Episodes.ListEpisodesAsync(new() { SiteId = newSite }, world.Operator);
        listed.Episodes.ShouldHaveSingleItem().Id.ShouldBe(episode.Id);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Both_sites_see_the_record_after_a_transfer_and_only_the_new_one_changes_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (oldSite, here) = await world.OpenProgramAsync(licensed: 1);
        var (newSite, there) = await world.OpenProgramAsync(licensed: 1);
        var (otherSite, _) = await world.OpenProgramAsync(licensed: 1);
        var episode = (await world.TransferAsync(await world.AdmitNewPersonAsync(here), there)).Episode;
        foreach (var site in new[] { oldSite, newSite })
        {
            var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(site));
            (await world.Persons.GetPersonAsync(new() { PersonId = episode.PersonId, Purpose = Purpose.Treatment }, admin)).Person.Id
                .ShouldBe(episode.PersonId);
            (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, admin)).Episode.ShouldBe(episode);
            (await world.HistoryAsync(episode.Id, admin)).Stays.Count.ShouldBe(2);
        }

        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(otherSite));
        await World.FailureAsync(world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, stranger), StatusCode.NotFound);
        await World.FailureAsync(
            world.Changes().GetEpisodeHistoryAsync(new() { EpisodeId = episode.Id }, stranger), StatusCode.NotFound);
        var formerAdmin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(oldSite));
        await World.FailureAsync(world.TransferAsync(episode, here, headers: formerAdmin), StatusCode.NotFound);
        var newAdmin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(newSite));
        await World.FailureAsync(world.TransferAsync(episode, here, headers: newAdmin), StatusCode.NotFound);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_two_transfers_to_the_last_place_one_moves_and_the_other_changes_nothing(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, here) = await world.OpenProgramAsync(licensed: 2);
        var (_, there) = await world.OpenProgramAsync(licensed: 1);
        var episodes = new[] { await world.AdmitNewPersonAsync(here), await world.AdmitNewPersonAsync(here) };
        var codes = await Task.WhenAll(episodes.Select(episode => Journey.JourneyTests.CodeAsync(world.TransferAsync(episode, there))));
        codes.Order().ShouldBe(["", "PROGRAM_FULL"]);
        await world.ShouldBalanceAsync(here);
        await world.ShouldBalanceAsync(there);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Pressing_transfer_twice_moves_once(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, here) = await world.OpenProgramAsync(licensed: 2);
        var (_, there) = await world.OpenProgramAsync(licensed: 2);
        var episode = await world.AdmitNewPersonAsync(here);
        var request = World.NewId();
        var same = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            async _ => (await world.TransferAsync(episode, there, requestId: request)).Episode));
        same.Distinct().ShouldHaveSingleItem();
        (await World.FailureAsync(world.TransferAsync(episode, here), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        await world.ShouldBalanceAsync(here);
        await world.ShouldBalanceAsync(there);
    }

    [Fact]
    public async Task Changes_are_dated_in_order_and_not_in_the_future_whatever_the_clock_says()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, here) = await world.OpenProgramAsync(licensed: 1);
        var (_, there) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(here, daysAgo: 5);
        await World.FailureAsync(world.TransferAsync(episode, there, daysAgo: -1), StatusCode.InvalidArgument);
        await World.FailureAsync(world.TransferAsync(episode, there, daysAgo: 6), StatusCode.InvalidArgument);
        episode = (await world.TransferAsync(episode, there, daysAgo: 3)).Episode;
        await World.FailureAsync(world.ChangeLevelAsync(episode, LevelOfCare.Outpatient, daysAgo: 4), StatusCode.InvalidArgument);
        await World.FailureAsync(world.DischargeOnAsync(episode, daysAgo: 4), StatusCode.InvalidArgument);
        episode = (await world.ChangeLevelAsync(episode, LevelOfCare.Outpatient, daysAgo: 3)).Episode;
        episode = (await world.TransferAsync(episode, here, daysAgo: 3)).Episode;
        (await world.DischargeOnAsync(episode, daysAgo: 3)).Episode.DischargedOn.ShouldBe(World.Today(-3));
        var stays = (await world.HistoryAsync(episode.Id)).Stays;
        stays.Select(s => s.Number).ShouldBe([1, 2, 3, 4]);
        stays.Skip(1).ShouldAllBe(s => s.From == World.Today(-3) && s.To == World.Today(-3));
    }

    [Fact]
    public async Task A_level_is_one_that_programs_give_and_another_than_now()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        episode.Level.ShouldBe(LevelOfCare.IntensiveOutpatient);
        await World.FailureAsync(world.ChangeLevelAsync(episode, LevelOfCare.Residential), StatusCode.InvalidArgument);
        (await World.FailureAsync(world.ChangeLevelAsync(episode, LevelOfCare.IntensiveOutpatient), StatusCode.FailedPrecondition))
            .ShouldBe("LEVEL_UNCHANGED");
        (await world.ChangeLevelAsync(episode, LevelOfCare.PartialHospitalization)).Episode.Level.ShouldBe(LevelOfCare.PartialHospitalization);
    }

    [Fact]
    public async Task What_a_payer_authorized_is_kept_apart_and_shown_where_it_differs()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, daysAgo: 9);
        episode = (await world.ChangeLevelAsync(episode, LevelOfCare.Outpatient, daysAgo: 4)).Episode;
        (await world.HistoryAsync(episode.Id)).Differences.ShouldBeEmpty();
        await world.Changes().RecordAuthorizedLevelAsync(
            new()
            {
                RequestId = World.NewId(), EpisodeId = episode.Id, Level = LevelOfCare.IntensiveOutpatient, From = World.Today(-9),
                To = World.Today(-3), Reference = "A-1",
            },
            world.Operator);
        var history = await world.HistoryAsync(episode.Id);
        history.Episode.ShouldBe(episode);
        history.Authorized.ShouldHaveSingleItem().Reference.ShouldBe("A-1");
        history.Differences.Select(d => (d.From, d.To, d.Clinical, d.Authorized)).ShouldBe(
        [
            (World.Today(-4), World.Today(-3), LevelOfCare.Outpatient, LevelOfCare.IntensiveOutpatient),
            (World.Today(-2), "", LevelOfCare.Outpatient, LevelOfCare.Unspecified),
        ]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_leave_keeps_the_place_or_frees_it_and_a_return_needs_one(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, daysAgo: 5);
        episode = (await world.StartLeaveAsync(episode, daysAgo: 4, back: 3)).Episode;
        (episode.OnLeaveSince, episode.HoldsPlace).ShouldBe((World.Today(-4), true), "the rule keeps the place of a short leave");
        (await world.CapacityAsync(program)).Occupied.ShouldBe(1);
        (await World.FailureAsync(world.StartLeaveAsync(episode), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_ON_LEAVE");
        (await World.FailureAsync(world.TransferAsync(episode, program), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_ON_LEAVE");
        episode = (await world.EndLeaveAsync(episode, daysAgo: 3)).Episode;
        (await World.FailureAsync(world.EndLeaveAsync(episode), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_NOT_ON_LEAVE");

        episode = (await world.StartLeaveAsync(episode, daysAgo: 2)).Episode;
        episode.HoldsPlace.ShouldBeFalse("the rule frees the place when no return is expected");
        (await world.CapacityAsync(program)).Occupied.ShouldBe(0);
        var other = await world.AdmitNewPersonAsync(program);
        (await World.FailureAsync(world.EndLeaveAsync(episode), StatusCode.ResourceExhausted)).ShouldBe("PROGRAM_FULL");
        await world.DischargeAsync(other);
        episode = (await world.EndLeaveAsync(episode)).Episode;
        (episode.OnLeaveSince, episode.HoldsPlace).ShouldBe(("", true));
        await world.ShouldBalanceAsync(program);
        var decisions = await world.ReadAsync((db, ct) => db.RuleDecisions.Where(d => d.Kind == "leave.place").CountAsync(ct));
        decisions.ShouldBe(2);
    }

    [Fact]
    public async Task A_discharge_from_a_leave_that_freed_the_place_frees_none_again()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        episode = (await world.StartLeaveAsync(episode, place: V1.LeavePlace.Freed)).Episode;
        await world.AdmitNewPersonAsync(program);
        await world.DischargeAsync(episode);
        await world.ShouldBalanceAsync(program);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_readmission_is_linked_to_the_episode_before_and_does_not_overlap_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var first = await world.AdmitSinceAsync(program, daysAgo: 60);
        first.PreviousEpisodeId.ShouldBeEmpty();
        first.BackdatingReason.ShouldNotBeEmpty();
        await world.DischargeOnAsync(first, daysAgo: 40);
        var again = await world.ReferAgainAsync(first.PersonId);
        var offer = (await world.OfferAsync(again.Id, program)).Offer;
        await World.FailureAsync(
            world.Episodes.AdmitAsync(
                new() { RequestId = World.NewId(), OfferId = offer.Id, AdmittedOn = World.Today(-41), BackdatingReason = "Late." },
                world.Operator),
            StatusCode.InvalidArgument);
        var second = (await world.AdmitAsync(offer.Id)).Episode;
        (second.PreviousEpisodeId, second.DaysSincePrevious).ShouldBe((first.Id, 40));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_discharge_by_mistake_is_taken_back_while_a_place_is_open(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, daysAgo: 5);
        (await World.FailureAsync(world.ReinstateAsync(episode), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_NOT_DISCHARGED");
        episode = (await world.DischargeOnAsync(episode, daysAgo: 1)).Episode;
        var other = await world.AdmitNewPersonAsync(program);
        (await World.FailureAsync(world.ReinstateAsync(episode), StatusCode.ResourceExhausted)).ShouldBe("PROGRAM_FULL");
        await world.DischargeAsync(other);
        episode = (await world.ReinstateAsync(episode)).Episode;
        (episode.Status, episode.DischargedOn, episode.HoldsPlace).ShouldBe((V1.EpisodeStatus.Admitted, "", true));
        episode.ReinstatementReason.ShouldBe("The wrong person.");
        (await world.Aftercare().GetAftercareAsync(new() { EpisodeId = episode.Id }, world.Operator)).FollowUps.ShouldBeEmpty();
        (await world.HistoryAsync(episode.Id)).Stays.ShouldHaveSingleItem().To.ShouldBeEmpty();
        await world.ShouldBalanceAsync(program);
        var first = (await world.DischargeAsync(episode)).Episode;
        await world.AdmitSinceAsync(program, daysAgo: 0, await world.ReferAgainAsync(episode.PersonId));
        (await World.FailureAsync(world.ReinstateAsync(first), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_FOLLOWED");
    }

    [Fact]
    public async Task Everything_wrong_with_an_authorized_level_is_said_at_once()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Changes().RecordAuthorizedLevelAsync(
            new() { RequestId = World.NewId(), EpisodeId = "x", From = "2026-03-02", To = "2026-03-01" }, world.Operator));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(["episode_id", "level", "reference", "to"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_change_is_audited()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, here) = await world.OpenProgramAsync(licensed: 1);
        var (_, there) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(here);
        episode = (await world.TransferAsync(episode, there)).Episode;
        episode = (await world.ChangeLevelAsync(episode, LevelOfCare.Outpatient)).Episode;
        episode = (await world.StartLeaveAsync(episode)).Episode;
        episode = (await world.EndLeaveAsync(episode)).Episode;
        await world.HistoryAsync(episode.Id);
        episode = (await world.DischargeAsync(episode)).Episode;
        await world.ReinstateAsync(episode);
        var actions = await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<string>($"SELECT action AS \"Value\" FROM audit_entry WHERE subject_id = {Guid.Parse(episode.Id)} ORDER BY sequence")
            .ToListAsync(ct));
        actions.ShouldBe(
        [
            "episode.admit", "episode.transfer", "episode.change-level", "episode.start-leave", "episode.end-leave", "episode.read-history",
            "episode.discharge", "episode.reinstate",
        ]);
    }

    [Fact]
    public async Task An_episode_of_another_site_is_to_a_stranger_as_if_it_was_not()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var (there, other) = await world.OpenProgramAsync(licensed: 1);
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(there));
        var known = (await world.AdmitNewPersonAsync(program)).Id;
        foreach (var call in new Func<string, Task>[]
        {
            async id => await world.Changes().TransferEpisodeAsync(
                new() { RequestId = World.NewId(), EpisodeId = id, Etag = "\"1\"", ProgramId = other, On = World.Today(), Reason = "mine" }, stranger),
            async id => await world.Changes().ReinstateAsync(new() { RequestId = World.NewId(), EpisodeId = id, Etag = "\"1\"", Reason = "mine" }, stranger),
            async id => await world.Changes().CorrectAdmissionDateAsync(
                new() { RequestId = World.NewId(), EpisodeId = id, Etag = "\"1\"", AdmittedOn = World.Today(-1), Reason = "mine" }, stranger),
        })
        {
            var refused = await Should.ThrowAsync<RpcException>(() => call(known));
            refused.Status.ShouldBe((await Should.ThrowAsync<RpcException>(() => call(World.NewId()))).Status);
            refused.StatusCode.ShouldBe(StatusCode.NotFound);
        }
    }
}
