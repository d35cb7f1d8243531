using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Episodes;

public sealed class AftercareTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_discharge_keeps_what_was_agreed_and_asks_for_contacts_after_7_and_30_days(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var items = new V1.AftercareItems
        {
            Appointments = { new V1.AftercareAppointment { Provider = "Dr. Example", On = World.Today(1), At = "14:30", Purpose = "Medication" } },
            Contacts = { new V1.AftercareContact { Name = "Lee", Role = "sponsor", Phone = "555-0100" } },
            Medications = { new V1.AftercareMedication { Name = "Naltrexone", Directions = "50 mg daily", Prescriber = "Dr. Example" } },
            Referrals = { new V1.AftercareReferral { To = "Example Outpatient", Service = "Weekly therapy", Confirmed = true } },
        };
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 60), daysAgo: 10, items: items)).Episode;
        var aftercare = await world.Aftercare().GetAftercareAsync(new() { EpisodeId = episode.Id }, world.Operator);
        aftercare.Plan.ShouldBe("Weekly group.");
        aftercare.Items.ShouldBe(items);
        aftercare.FollowUps.Select(f => (f.Days, f.DueOn, f.Status, f.SiteId)).ShouldBe(
        [
            (7, World.Today(-3), V1.FollowUpStatus.Open, site),
            (30, World.Today(20), V1.FollowUpStatus.Open, site),
        ]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_contact_stays_due_until_the_person_is_reached_or_declines(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 60), daysAgo: 40)).Episode;
        var once = (await RecordAsync(world, episode, 7, V1.FollowUpResult.NotReached, V1.FollowUpNote.NoAnswer)).FollowUp;
        (once.Status, once.Attempts, once.Note, once.LastAttemptOn).ShouldBe((V1.FollowUpStatus.Open, 1, V1.FollowUpNote.NoAnswer, World.Today()));
        (await DueAsync(world, site)).Select(f => f.Days).ShouldBe([7, 30]);
        var twice = (await RecordAsync(world, episode, 7, V1.FollowUpResult.Reached, V1.FollowUpNote.KeepsPlan)).FollowUp;
        (twice.Status, twice.Attempts).ShouldBe((V1.FollowUpStatus.Reached, 2));
        (await DueAsync(world, site)).ShouldHaveSingleItem().Days.ShouldBe(30);
        (await World.FailureAsync(RecordAsync(world, episode, 7, V1.FollowUpResult.Reached), StatusCode.FailedPrecondition))
            .ShouldBe("FOLLOW_UP_CLOSED");
        await RecordAsync(world, episode, 30, V1.FollowUpResult.Declined);
        (await DueAsync(world, site)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_was_learned_in_a_contact_stays_when_the_discharge_is_taken_back(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 60), daysAgo: 40)).Episode;
        await RecordAsync(world, episode, 7, V1.FollowUpResult.Reached, V1.FollowUpNote.SafetyConcern);
        episode = (await world.ReinstateAsync(episode)).Episode;
        var kept = (await world.Aftercare().GetAftercareAsync(new() { EpisodeId = episode.Id }, world.Operator)).FollowUps.ShouldHaveSingleItem();
        (kept.Days, kept.Attempts, kept.Note).ShouldBe((7, 1, V1.FollowUpNote.SafetyConcern));
        (await DueAsync(world, site)).ShouldBeEmpty();
        (await World.FailureAsync(RecordAsync(world, episode, 7, V1.FollowUpResult.Reached), StatusCode.FailedPrecondition)).ShouldBe("FOLLOW_UP_CLOSED");
        await world.DischargeOnAsync(episode, daysAgo: 10);
        (await DueAsync(world, site)).Select(f => (f.Days, f.DueOn, f.Attempts)).ShouldBe([(7, World.Today(-3), 1)]);
    }

    [Fact]
    public async Task A_contact_is_recorded_on_a_possible_day_and_for_one_that_is_due()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, daysAgo: 60);
        await World.FailureAsync(RecordAsync(world, episode, 7, V1.FollowUpResult.Reached), StatusCode.NotFound);
        await world.DischargeOnAsync(episode, daysAgo: 5);
        await World.FailureAsync(RecordAsync(world, episode, 8, V1.FollowUpResult.Reached), StatusCode.NotFound);
        await World.FailureAsync(RecordAsync(world, episode, 7, V1.FollowUpResult.Reached, daysAgo: -1), StatusCode.InvalidArgument);
        await World.FailureAsync(RecordAsync(world, episode, 7, V1.FollowUpResult.Reached, daysAgo: 6), StatusCode.InvalidArgument);
        await World.FailureAsync(RecordAsync(world, episode, 7, V1.FollowUpResult.Unspecified), StatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Nobody_is_called_who_is_in_care_again(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 60), daysAgo: 8)).Episode;
        (await DueAsync(world, site)).ShouldHaveSingleItem();
        await world.AdmitSinceAsync(program, daysAgo: 0, await world.ReferAgainAsync(episode.PersonId));
        (await DueAsync(world, site)).ShouldBeEmpty();
        var aftercare = await world.Aftercare().GetAftercareAsync(new() { EpisodeId = episode.Id }, world.Operator);
        aftercare.FollowUps.ShouldAllBe(f => f.Status == V1.FollowUpStatus.InCareAgain);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_due_contacts_of_a_site_come_in_pages_the_longest_due_first(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        foreach (var daysAgo in new[] { 8, 31, 9 })
            await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 60), daysAgo);
        var due = new List<V1.FollowUp>();
        var token = "";
        do
        {
            var page = await world.Aftercare().ListFollowUpsDueAsync(
                new() { SiteId = site, Page = new() { Size = 2, Token = token } }, world.Operator);
            due.AddRange(page.FollowUps);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        due.Select(f => f.DueOn).ShouldBe([World.Today(-24), World.Today(-2), World.Today(-1), World.Today(-1)]);
        due.Select(f => (f.EpisodeId, f.Days)).ShouldBeUnique();
        (await world.Aftercare().ListFollowUpsDueAsync(new() { SiteId = site, Until = World.Today(60) }, world.Operator)).FollowUps.Count.ShouldBe(6);
        var (other, _) = await world.OpenProgramAsync(licensed: 1);
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(other));
        await World.FailureAsync(world.Aftercare().ListFollowUpsDueAsync(new() { SiteId = site }, stranger), StatusCode.NotFound);
        await World.FailureAsync(world.Aftercare().GetAftercareAsync(new() { EpisodeId = due[0].EpisodeId }, stranger), StatusCode.NotFound);
    }

    [Fact]
    public async Task Everything_wrong_with_a_plan_is_said_at_once_by_field()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, daysAgo: 9);
        var items = new V1.AftercareItems
        {
            Appointments = { new V1.AftercareAppointment { On = "soon", At = "25:00" } },
            Contacts = { new V1.AftercareContact { Name = "Lee" } },
            Medications = { new V1.AftercareMedication { Name = "X" } },
            Referrals = { new V1.AftercareReferral { To = "Y" } },
        };
        var error = await Should.ThrowAsync<RpcException>(async () => await world.DischargeOnAsync(episode, 0, items: items));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(
        [
            "aftercare.appointments[0].provider", "aftercare.appointments[0].on", "aftercare.appointments[0].at",
            "aftercare.contacts[0].phone", "aftercare.medications[0].directions", "aftercare.referrals[0].service",
        ],
        ignoreOrder: true);
        items = new() { Appointments = { new V1.AftercareAppointment { Provider = "Dr. Example", On = World.Today(-1) } } };
        error = await Should.ThrowAsync<RpcException>(async () => await world.DischargeOnAsync(episode, 0, items: items));
        error.ToDomainError().ShouldNotBeNull().Fields.ShouldHaveSingleItem().Field.ShouldBe("aftercare.appointments[0].on");
    }

    private static AsyncUnaryCall<RecordFollowUpResponse> RecordAsync(
        World world, V1.Episode episode, int days, V1.FollowUpResult result, V1.FollowUpNote note = V1.FollowUpNote.Unspecified, int daysAgo = 0) =>
        world.Aftercare().RecordFollowUpAsync(
            new() { RequestId = World.NewId(), EpisodeId = episode.Id, Days = days, On = World.Today(-daysAgo), Result = result, Note = note },
            world.Operator);

    private static async Task<IReadOnlyList<V1.FollowUp>> DueAsync(World world, string site) =>
        (await world.Aftercare().ListFollowUpsDueAsync(new() { SiteId = site }, world.Operator)).FollowUps;
}
