using System.Text.Json;
using Platform.Attendance.Tests.Support;

namespace Platform.Attendance.Tests;

/// <summary>Service days over real gRPC, the same on both stores.</summary>
public abstract class ServiceDayTests(AttendanceHosts hosts, Store store) : IAsyncLifetime
{
    private World world = null!;

    public async ValueTask InitializeAsync() => world = await hosts.NewWorldAsync(store);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_day_closes_with_the_last_of_its_rolls()
    {
        var patient = World.NewPatient();
        var (group, alone) = (world.Session(), world.Session("INDIVIDUAL_THERAPY", World.Therapist, 60));
        await world.BookAsync(patient, 1, group);
        await world.BookAsync(patient, 1, alone);
        await world.AttendAsync(group, patient, 170);
        await world.AttendAsync(alone, patient, 60);
        await world.SignAsync(group);
        (await world.DayAsync(patient)).ClosedAt.ShouldBeNull();
        (await world.ClosingsAsync(patient)).ShouldBeEmpty();
        await world.SignAsync(alone);

        var day = await world.DayAsync(patient);
        day.ClosedAt.ShouldNotBeNull();
        day.Minutes.ShouldBe(230);
        day.Components.Select(c => (c.Component, c.Minutes)).ShouldBe([("GROUP_THERAPY", 170), ("INDIVIDUAL_THERAPY", 60)]);
        var told = (await world.ClosingsAsync(patient)).ShouldHaveSingleItem();
        told.ServiceDayId.ToString().ShouldBe(day.Id);
        told.Minutes.ShouldBe(new Dictionary<string, int>(StringComparer.Ordinal) { ["GROUP_THERAPY"] = 170, ["INDIVIDUAL_THERAPY"] = 60 }, ignoreOrder: true);
        told.FacilitatorId.ShouldBe(group.FacilitatorId);
    }

    [Fact]
    public async Task A_day_that_closes_after_a_merge_is_told_of_the_record_that_stays()
    {
        var patient = World.NewPatient();
        var (first, last, kept) = (world.Session(), world.Session("INDIVIDUAL_THERAPY", World.Therapist, 60), Guid.CreateVersion7());
        await world.BookAsync(patient, 1, first);
        await world.BookAsync(patient, 1, last);
        await world.AttendAsync(first, patient, 170);
        await world.SignAsync(first);
        await world.MergeAsync(kept, patient.PersonId);
        await world.MergeAsync(kept, patient.PersonId);
        await world.AttendAsync(last, patient, 60);
        await world.SignAsync(last);
        (await world.ClosingsAsync(patient)).ShouldHaveSingleItem().PersonId.ShouldBe(kept);
    }

    [Fact]
    public async Task A_day_has_a_mark_once_somebody_came_or_was_found_absent()
    {
        var (patient, session) = (World.NewPatient(), world.Session());
        await world.BookAsync(patient, 1, session);
        async Task<bool> MarkedAsync() => (await world.Days.ListServiceDaysAsync(
            new() { EpisodeId = patient.EpisodeId.ToString(), From = "2026-06-01", To = "2026-06-01" }, world.Operator))
            .ServiceDays.ShouldHaveSingleItem().Marked;
        (await MarkedAsync()).ShouldBeFalse();
        await world.CheckInAsync(session, patient);
        (await MarkedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_booking_that_comes_after_the_merge_is_kept_under_the_record_that_stays()
    {
        var (patient, session, kept) = (World.NewPatient(), world.Session(), Guid.CreateVersion7());
        await world.MergeAsync(kept, patient.PersonId);
        await world.BookAsync(patient, 1, session);
        await world.BookAsync(patient, 1, session);
        await world.AttendAsync(session, patient, 170);
        await world.SignAsync(session);
        (await world.ClosingsAsync(patient)).ShouldHaveSingleItem().PersonId.ShouldBe(kept);
    }

    /// <summary>Each closes only what it sees: without the lock on the day both would see the other's roll open, and nobody would close it.</summary>
    [Fact]
    public async Task Of_two_facilitators_who_sign_the_last_rolls_at_once_one_closes_the_day()
    {
        for (var round = 0; round < (store == Store.Postgres ? 15 : 4); round++)
        {
            var patients = new[] { World.NewPatient(), World.NewPatient(), World.NewPatient() };
            var (group, alone) = (world.Session(), world.Session("FAMILY_THERAPY", World.Therapist, 60));
            foreach (var patient in patients)
            {
                await world.BookAsync(patient, 1, group);
                await world.BookAsync(patient, 1, alone);
                await world.AttendAsync(group, patient, 150);
                await world.AttendAsync(alone, patient, 45);
            }

            var etags = (Group: (await world.RollAsync(group)).Etag, Alone: (await world.RollAsync(alone)).Etag);
            await Task.WhenAll(world.SignAsync(group, etags.Group), world.SignAsync(alone, etags.Alone));
            foreach (var patient in patients)
            {
                var closed = (await world.ClosingsAsync(patient)).ShouldHaveSingleItem();
                closed.Minutes.Sum(m => m.Value).ShouldBe(195);
                (await world.DayAsync(patient)).Minutes.ShouldBe(195);
            }
        }
    }

    [Fact]
    public async Task A_late_booking_opens_a_closed_day_and_it_closes_again_with_a_higher_version()
    {
        var patient = World.NewPatient();
        var (first, second) = (world.Session(), world.Session(facilitator: World.Therapist, minutes: 60));
        await world.BookAsync(patient, 1, first);
        await world.AttendAsync(first, patient, 120);
        await world.SignAsync(first);
        await world.BookAsync(patient, 2, second);
        (await world.DayAsync(patient)).ClosedAt.ShouldBeNull();
        await world.AttendAsync(second, patient, 60);
        await world.SignAsync(second);

        var closings = await world.ClosingsAsync(patient);
        closings.Count.ShouldBe(2);
        closings[1].ServiceDayId.ShouldBe(closings[0].ServiceDayId);
        closings[1].Version.ShouldBeGreaterThan(closings[0].Version);
        closings.Select(c => c.Minutes["GROUP_THERAPY"]).ShouldBe([120, 180]);
        (await world.DayAsync(patient)).Minutes.ShouldBe(180);
    }

    [Fact]
    public async Task The_release_of_the_only_open_roll_closes_the_day()
    {
        var patient = World.NewPatient();
        var (attended, released) = (world.Session(), world.Session(facilitator: World.Therapist));
        await world.BookAsync(patient, 1, attended, released);
        await world.AttendAsync(attended, patient, 180);
        await world.SignAsync(attended);
        (await world.DayAsync(patient)).ClosedAt.ShouldBeNull();
        await world.ReleaseAsync(patient, 2, released);
        (await world.DayAsync(patient)).ClosedAt.ShouldNotBeNull();
        (await world.ClosingsAsync(patient)).ShouldHaveSingleItem().Minutes.ShouldBe(
            new Dictionary<string, int>(StringComparer.Ordinal) { ["GROUP_THERAPY"] = 180 });
        await world.ReleaseAsync(patient, 2, released);
        (await world.ClosingsAsync(patient)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_day_of_which_everything_was_released_stays_open_and_is_told_to_nobody()
    {
        var patient = World.NewPatient();
        var session = world.Session();
        await world.BookAsync(patient, 1, session);
        await world.ReleaseAsync(patient, 2, session);
        await world.SignAsync(session);
        (await world.DayAsync(patient)).ClosedAt.ShouldBeNull();
        (await world.ClosingsAsync(patient)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_did_not_come_has_a_closed_day_without_minutes()
    {
        var patient = World.NewPatient();
        var session = world.Session();
        await world.BookAsync(patient, 1, session);
        await world.SignAsync(session);
        (await world.ClosingsAsync(patient)).ShouldHaveSingleItem().Minutes.Sum(m => m.Value).ShouldBe(0);
    }

    /// <summary>No protected health information on the broker: ids, a date, codes and minutes, and nothing else.</summary>
    [Fact]
    public async Task A_closed_day_tells_ids_and_minutes_and_nothing_else()
    {
        var patient = World.NewPatient();
        var session = world.Session();
        await world.BookAsync(patient, 1, session);
        await world.AttendAsync(session, patient, 180);
        await world.SignAsync(session);
        using var told = JsonDocument.Parse((await world.ToldAsync("attendance.service-day-closed")).ShouldHaveSingleItem());
        var values = told.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        values.Keys.Order(StringComparer.Ordinal).ShouldBe(
            ["episodeId", "facilitatorId", "minutes", "on", "personId", "programId", "serviceDayId", "siteId", "version"]);
        values["episodeId"].GetGuid().ShouldBe(patient.EpisodeId);
        values["personId"].GetGuid().ShouldBe(patient.PersonId);
        values["siteId"].GetGuid().ShouldBe(world.SiteId);
        values["programId"].GetGuid().ShouldBe(world.ProgramId);
        values["facilitatorId"].GetGuid().ShouldBe(session.FacilitatorId);
        values["serviceDayId"].GetGuid().ToString().ShouldBe((await world.DayAsync(patient)).Id);
        values["on"].GetString().ShouldBe("2026-06-01");
        values["version"].GetInt64().ShouldBe(1);
        values["minutes"].GetRawText().ShouldBe("""{"GROUP_THERAPY":180}""");
    }
}

public sealed class ServiceDaysOnPostgresTests(AttendanceHosts hosts) : ServiceDayTests(hosts, Store.Postgres);

public sealed class ServiceDaysOnSqliteTests(AttendanceHosts hosts) : ServiceDayTests(hosts, Store.Sqlite);
