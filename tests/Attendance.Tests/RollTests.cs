using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Attendance.Tests.Support;
using Platform.Attendance.V1;
using Platform.Common.V1;
using Platform.Support;

namespace Platform.Attendance.Tests;

/// <summary>Rolls over real gRPC, the same on both stores.</summary>
public abstract class RollTests(AttendanceHosts hosts, Store store) : IAsyncLifetime
{
    private World world = null!;

    public async ValueTask InitializeAsync() => world = await hosts.NewWorldAsync(store);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_signed_roll_says_who_came_for_how_long_and_who_did_not()
    {
        var session = world.Session();
        var (present, late, early, excused, missing) =
            (World.NewPatient(), World.NewPatient(), World.NewPatient(), World.NewPatient(), World.NewPatient());
        foreach (var patient in new[] { present, late, early, excused, missing })
            await world.BookAsync(patient, 1, session);
        await world.CheckInAsync(session, present, -5);
        await world.CheckOutAsync(session, present, 185);
        await world.CheckInAsync(session, late, 12.5);
        await world.CheckOutAsync(session, late, 180);
        await world.CheckInAsync(session, early, 3);
        (await world.CheckOutAsync(session, early, 100)).Attendance.Minutes.ShouldBe(97);
        await world.MarkAbsentAsync(session, excused, excused: true);
        (await world.SignAsync(session)).SignedAt.ShouldNotBeNull();

        var roll = await world.RollAsync(session);
        Line(present).ShouldBe((AttendanceStatus.Present, 180));
        Line(late).ShouldBe((AttendanceStatus.Late, 167));
        Line(early).ShouldBe((AttendanceStatus.LeftEarly, 97));
        Line(excused).ShouldBe((AttendanceStatus.Excused, 0));
        Line(missing).ShouldBe((AttendanceStatus.NoShow, 0));
        using var told = JsonDocument.Parse((await world.ToldAsync("attendance.roll-signed")).ShouldHaveSingleItem());
        told.RootElement.GetProperty("attended").GetInt32().ShouldBe(3);
        told.RootElement.GetProperty("absent").GetInt32().ShouldBe(2);

        (AttendanceStatus Status, int Minutes) Line(Patient patient)
        {
            var line = roll.Attendances.Single(a => a.EpisodeId == patient.EpisodeId.ToString());
            return (line.Status, line.Minutes);
        }
    }

    [Fact]
    public async Task Whoever_reads_or_changes_a_roll_is_in_the_audit_of_everyone_on_it()
    {
        var session = world.Session();
        var (first, second) = (World.NewPatient(), World.NewPatient());
        await world.BookAsync(first, 1, session);
        await world.BookAsync(second, 1, session);
        await world.RollAsync(session);
        await world.ReleaseAsync(second, 2, session);
        await world.Rolls.ListRollsAsync(
            new ListRollsRequest { SiteId = world.SiteId.ToString(), On = "2026-06-01" }, world.Operator);

        (await world.AuditedAsync("attendance.expect")).ShouldBe([first.PersonId, second.PersonId]);
        (await world.AuditedAsync("attendance.release")).ShouldBe([second.PersonId]);
        (await world.AuditedAsync("roll.read")).ShouldBe([first.PersonId, second.PersonId, first.PersonId], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_a_time_it_is_now()
    {
        var session = world.Session(startsIn: TimeSpan.FromMinutes(-30));
        var patient = World.NewPatient();
        await world.BookAsync(patient, 1, session);
        var arrived = await world.Rolls.CheckInAsync(
            new CheckInRequest { RequestId = World.NewId(), SessionId = session.SessionId.ToString(), EpisodeId = patient.EpisodeId.ToString() },
            world.Operator);
        arrived.Attendance.Status.ShouldBe(AttendanceStatus.CheckedIn);
        arrived.Attendance.CheckedInAt.ToDateTimeOffset().ShouldBeInRange(session.StartsAt.AddMinutes(29), session.StartsAt.AddMinutes(40));
    }

    [Fact]
    public async Task A_check_out_before_a_check_in_is_refused_and_leaves_no_mark()
    {
        var (session, patient) = await BookedAsync();
        (await World.RefusedAsync(() => world.CheckOutAsync(session, patient, 60))).Code.ShouldBe("NOT_CHECKED_IN");
        (await world.RollAsync(session)).Attendances.Single().Status.ShouldBe(AttendanceStatus.Expected);
    }

    [Fact]
    public async Task Nothing_is_marked_in_the_future_nor_at_an_instant_that_is_none()
    {
        var session = world.Session(startsIn: TimeSpan.FromMinutes(-30));
        var patient = World.NewPatient();
        await world.BookAsync(patient, 1, session);
        (await World.RefusedAsync(() => world.CheckInAsync(session, patient, 60))).Fields.Single().Field.ShouldBe("at");
        foreach (var none in new[] { new Timestamp { Nanos = -1 }, new Timestamp { Seconds = long.MinValue }, new Timestamp { Seconds = long.MaxValue } })
        {
            var request = new CheckInRequest
            {
                RequestId = World.NewId(), SessionId = session.SessionId.ToString(), EpisodeId = patient.EpisodeId.ToString(), At = none,
            };
            (await World.RefusedAsync(() => world.Rolls.CheckInAsync(request, world.Operator).ResponseAsync)).Fields.Single().Field.ShouldBe("at");
        }

        await world.CheckInAsync(session, patient);
        (await World.RefusedAsync(() => world.CheckOutAsync(session, patient, 60))).Fields.Single().Field.ShouldBe("at");
        (await world.CheckOutAsync(session, patient, 20)).Attendance.Minutes.ShouldBe(20);
    }

    [Fact]
    public async Task The_facilitator_alone_signs_and_not_before_the_end()
    {
        var (session, _) = await BookedAsync();
        var etag = (await world.RollAsync(session)).Etag;
        (await World.RefusedAsync(() => world.SignAsync(session, etag, "another-clinician"))).Code.ShouldBe("NOT_FACILITATOR");
        var running = world.Session(startsIn: TimeSpan.FromMinutes(-30));
        await world.BookAsync(World.NewPatient(), 1, running);
        (await World.RefusedAsync(() => world.SignAsync(running))).Code.ShouldBe("SESSION_NOT_ENDED");
        var request = new SignRollRequest { RequestId = World.NewId(), SessionId = session.SessionId.ToString(), Etag = etag };
        (await Should.ThrowAsync<RpcException>(() => world.Rolls.SignRollAsync(request, world.Operator).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.PermissionDenied);
        (await world.RollAsync(session)).SignedAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_roll_on_which_someone_is_not_yet_out_is_not_signed()
    {
        var (session, patient) = await BookedAsync();
        await world.CheckInAsync(session, patient);
        (await World.RefusedAsync(() => world.SignAsync(session))).Code.ShouldBe("STILL_CHECKED_IN");
        await world.CheckOutAsync(session, patient, 180);
        await world.SignAsync(session);
        (await World.RefusedAsync(() => world.CheckInAsync(session, patient))).Code.ShouldBe("ROLL_SIGNED");
    }

    [Fact]
    public async Task What_is_signed_is_what_was_seen()
    {
        var (session, patient) = await BookedAsync();
        var seen = (await world.RollAsync(session)).Etag;
        await world.AttendAsync(session, patient, 180);
        var refused = await Should.ThrowAsync<RpcException>(() => world.SignAsync(session, seen));
        refused.StatusCode.ShouldBe(StatusCode.Aborted);
        (await world.RollAsync(session)).SignedAt.ShouldBeNull();
        await world.SignAsync(session);
    }

    [Fact]
    public async Task Pressing_a_button_twice_is_pressing_it_once()
    {
        var (session, patient) = await BookedAsync();
        var arrival = new CheckInRequest
        {
            RequestId = World.NewId(), SessionId = session.SessionId.ToString(), EpisodeId = patient.EpisodeId.ToString(), At = World.Minute(session, 5),
        };
        var arrivals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Rolls.CheckInAsync(arrival, world.Operator).ResponseAsync));
        arrivals.ShouldAllBe(a => a.Equals(arrivals[0]));
        await world.CheckOutAsync(session, patient, 180);
        var signature = new SignRollRequest
        {
            RequestId = World.NewId(), SessionId = session.SessionId.ToString(), Etag = (await world.RollAsync(session)).Etag,
        };
        var facilitator = world.Clinician(World.Facilitator);
        var signed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Rolls.SignRollAsync(signature, facilitator).ResponseAsync));
        signed.ShouldAllBe(s => s.Equals(signed[0]));
        (await world.ToldAsync("attendance.roll-signed")).Count.ShouldBe(1);
        (await world.ClosingsAsync(patient)).Count.ShouldBe(1);

        arrival.At = World.Minute(session, 6);
        (await World.RefusedAsync(() => world.Rolls.CheckInAsync(arrival, world.Operator).ResponseAsync)).Code.ShouldBe("REQUEST_ID_REUSED");
    }

    [Fact]
    public async Task Of_several_who_press_at_once_one_checks_the_person_in()
    {
        var (session, patient) = await BookedAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => World.OutcomeAsync(() => world.CheckInAsync(session, patient, i))));
        outcomes.Order(StringComparer.Ordinal).ShouldBe(["ALREADY_CHECKED_IN", "ALREADY_CHECKED_IN", "ALREADY_CHECKED_IN", "OK"]);
    }

    [Fact]
    public async Task Marks_of_different_people_at_once_are_all_kept()
    {
        var session = world.Session();
        var patients = Enumerable.Range(0, 8).Select(_ => World.NewPatient()).ToList();
        await Task.WhenAll(patients.Select(p => world.BookAsync(p, 1, session)));
        await Task.WhenAll(patients.Select((p, i) => world.AttendAsync(session, p, 100 + i)));
        var minutes = (await world.SignAsync(session)).Attendances.ToDictionary(a => a.EpisodeId, a => a.Minutes, StringComparer.Ordinal);
        for (var i = 0; i < patients.Count; i++)
            minutes[patients[i].EpisodeId.ToString()].ShouldBe(100 + i);
    }

    [Fact]
    public async Task Another_network_and_another_site_see_nothing_and_mark_nothing()
    {
        var (session, patient) = await BookedAsync();
        var (id, episode) = (session.SessionId.ToString(), patient.EpisodeId.ToString());
        var day = (await world.DayAsync(patient)).Id;
        foreach (var stranger in new[] { world.Tokens.Clinician(Guid.CreateVersion7()), world.Tokens.Clinician(world.Network, Guid.CreateVersion7()) })
        {
            Func<Task>[] calls =
            [
                () => world.Rolls.GetRollAsync(new GetRollRequest { SessionId = id }, stranger).ResponseAsync,
                () => world.Rolls.CheckInAsync(new CheckInRequest { RequestId = World.NewId(), SessionId = id, EpisodeId = episode }, stranger).ResponseAsync,
                () => world.Rolls.CheckOutAsync(new CheckOutRequest { RequestId = World.NewId(), SessionId = id, EpisodeId = episode }, stranger).ResponseAsync,
                () => world.Rolls.MarkAbsentAsync(new MarkAbsentRequest { RequestId = World.NewId(), SessionId = id, EpisodeId = episode }, stranger).ResponseAsync,
                () => world.Rolls.SignRollAsync(new SignRollRequest { RequestId = World.NewId(), SessionId = id, Etag = "\"2\"" }, stranger).ResponseAsync,
                () => world.Days.GetServiceDayAsync(new GetServiceDayRequest { ServiceDayId = day }, stranger).ResponseAsync,
            ];
            foreach (var call in calls)
                (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.NotFound);
            var days = new ListServiceDaysRequest { EpisodeId = episode, From = "2026-01-01", To = "2026-12-31" };
            (await world.Days.ListServiceDaysAsync(days, stranger)).ServiceDays.ShouldBeEmpty();
            (await ListedByAsync(stranger)).ShouldBeEmpty();
        }

        var payer = world.Tokens.Payer(world.Network, Guid.CreateVersion7());
        (await Should.ThrowAsync<RpcException>(() => world.Rolls.GetRollAsync(new GetRollRequest { SessionId = id }, payer).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.PermissionDenied);
        (await world.RollAsync(session)).Attendances.Single().Status.ShouldBe(AttendanceStatus.Expected);

        async Task<IEnumerable<V1.Roll>> ListedByAsync(Metadata caller)
        {
            try
            {
                return (await world.Rolls.ListRollsAsync(new ListRollsRequest { SiteId = world.SiteId.ToString(), On = "2026-06-01" }, caller)).Rolls;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
            {
                return [];
            }
        }
    }

    [Fact]
    public async Task The_rolls_of_a_site_page_by_start_without_skipping_or_repeating()
    {
        var sessions = Enumerable.Range(0, 5).Select(i => world.Session(startsIn: TimeSpan.FromHours(-(i / 2) - 4))).ToArray();
        await world.ScheduleAsync(sessions);
        var listed = new List<V1.Roll>();
        var token = string.Empty;
        do
        {
            var page = await world.Rolls.ListRollsAsync(
                new ListRollsRequest { SiteId = world.SiteId.ToString(), On = "2026-06-01", Page = new PageRequest { Size = 2, Token = token } },
                world.Operator);
            page.Rolls.Count.ShouldBeInRange(1, 2);
            listed.AddRange(page.Rolls);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        listed.Select(r => r.SessionId).Order(StringComparer.Ordinal)
            .ShouldBe(sessions.Select(s => s.SessionId.ToString()).Order(StringComparer.Ordinal));
        listed.Select(r => r.StartsAt).ShouldBe(listed.Select(r => r.StartsAt).OrderBy(t => t.Seconds));
    }

    [Fact]
    public async Task Everything_wrong_with_a_mark_is_said_at_once()
    {
        var refused = await World.RefusedAsync(
            () => world.Rolls.CheckInAsync(new CheckInRequest { RequestId = World.NewId(), SessionId = "first", EpisodeId = string.Empty }, world.Operator).ResponseAsync);
        refused.Fields.Select(f => f.Field).ShouldBe(["session_id", "episode_id"]);
    }

    private async Task<(Contracts.Events.Scheduling.SessionFacts Session, Patient Patient)> BookedAsync()
    {
        var (session, patient) = (world.Session(), World.NewPatient());
        await world.BookAsync(patient, 1, session);
        return (session, patient);
    }
}

public sealed class RollsOnPostgresTests(AttendanceHosts hosts) : RollTests(hosts, Store.Postgres);

public sealed class RollsOnSqliteTests(AttendanceHosts hosts) : RollTests(hosts, Store.Sqlite);
