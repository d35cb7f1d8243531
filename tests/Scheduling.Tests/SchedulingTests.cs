using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.V1;
using Platform.Scheduling.Episodes;
using Platform.Scheduling.V1;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Scheduling.Tests;

/// <summary>The rules of the service over real gRPC, the same on both stores.</summary>
public abstract partial class SchedulingTests : IAsyncLifetime
{
    private readonly TestTokens _tokens = new();
    private readonly Guid _network = Guid.CreateVersion7();
    private EnrollmentPeer _enrollment = null!;
    private TestHost _host = null!;
    private TestDatabase? _database;
    private Metadata _headers = null!;
    private int _clinicians;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private GroupService.GroupServiceClient Groups => new(_host.Channel);

    private ClinicianService.ClinicianServiceClient Clinicians => new(_host.Channel);

    private EnrollmentPeer.Facts Known => _enrollment.Known;

    protected abstract Task<TestDatabase?> CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        _enrollment = await EnrollmentPeer.StartAsync();
        _database = await CreateDatabaseAsync();
        _host = await StartAsync();
        _headers = _tokens.Operator(_network);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await _enrollment.DisposeAsync();
        _tokens.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_group_has_a_session_on_each_of_its_days()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        group.Sessions.ShouldBe(6);
        group.Maximum.ShouldBe(10);
        var sessions = await SessionsAsync(group);
        sessions.Select(s => s.On).ShouldBe(["2026-06-01", "2026-06-03", "2026-06-05", "2026-06-08", "2026-06-10", "2026-06-12"]);
        sessions[0].StartsAt.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 6, 1, 13, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_clinician_leads_one_session_at_a_time_over_all_occurrences()
    {
        var clinician = await RegisterAsync();
        await CreateGroupAsync(clinician);
        var clash = Group(clinician);
        clash.Weekdays.Clear();
        clash.Weekdays.Add(Weekday.Friday);
        clash.StartsAt = "11:59";
        (await RefusedAsync(clash)).ShouldContain("leads another session");
        clash.StartsAt = "12:00";
        (await CreateAsync(clash)).Sessions.ShouldBe(2);
    }

    [Fact]
    public async Task Of_two_groups_made_at_once_for_one_clinician_one_stands()
    {
        var clinician = await RegisterAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StatusOfAsync(() => CreateAsync(Group(clinician)))));
        outcomes.Count(s => s == StatusCode.OK).ShouldBe(1);
        outcomes.Count(s => s == StatusCode.FailedPrecondition).ShouldBe(3);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_whatever_Enrollment_says_by_now()
    {
        var request = new CreateGroupRequest { RequestId = NewId(), Group = Group(await RegisterAsync()) };
        var first = await Groups.CreateGroupAsync(request, _headers);
        Known.ProgramsAreClosed = true;
        (await Groups.CreateGroupAsync(request, _headers)).ShouldBe(first);
        request.Group.Name = "Evening group";
        (await StatusOfAsync(() => Groups.CreateGroupAsync(request, _headers).ResponseAsync)).ShouldBe(StatusCode.AlreadyExists);
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task A_group_on_a_day_at_the_end_of_the_calendar_is_refused(string day)
    {
        var group = Group(await RegisterAsync());
        (group.FirstOn, group.LastOn) = (day, day);
        group.Weekdays.Clear();
        group.Weekdays.AddRange(Enum.GetValues<Weekday>().Where(w => w != Weekday.Unspecified));
        (await StatusOfAsync(() => CreateAsync(group))).ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task A_licence_that_ends_before_the_last_session_is_refused()
    {
        var clinician = await RegisterAsync(licenceExpires: "2026-06-11");
        (await RefusedAsync(Group(clinician))).ShouldContain("valid until 2026-06-11");
    }

    [Fact]
    public async Task A_program_of_another_site_is_not_found()
    {
        var group = Group(await RegisterAsync());
        group.ProgramId = Guid.CreateVersion7().ToString();
        (await StatusOfAsync(() => CreateAsync(group))).ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Everything_wrong_with_a_group_is_said_at_once()
    {
        var refused = await Should.ThrowAsync<RpcException>(() => CreateAsync(new V1.Group { StartsAt = "9 o'clock", Minutes = 5 }));
        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        foreach (var field in new[] { "group.site_id", "group.name", "group.starts_at", "group.minutes", "group.weekdays", "group.first_on" })
        {
            refused.Status.Detail.ShouldContain(field);
        }
    }

    [Fact]
    public async Task A_late_joiner_joins_the_sessions_ahead()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        var booked = await BookAsync(group, episode, "2026-06-06");
        booked.SessionsBooked.ShouldBe(3);
        booked.First.On.ShouldBe("2026-06-08");
        (await SessionsAsync(group)).Select(s => s.Booked).ShouldBe([0, 0, 0, 1, 1, 1]);
    }

    [Fact]
    public async Task Booking_again_books_only_what_is_not_booked()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await BookAsync(group, episode, "2026-06-06");
        (await BookAsync(group, episode, "2026-06-01")).SessionsBooked.ShouldBe(3);
        (await BookAsync(group, episode, "2026-06-01")).SessionsBooked.ShouldBe(0);
        (await SessionsAsync(group)).ShouldAllBe(s => s.Booked == 1);
    }

    [Fact]
    public async Task Pressing_the_button_twice_books_once()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var request = new BookRequest { RequestId = NewId(), GroupId = group.Id, EpisodeId = await AdmitAsync(), From = "2026-06-01" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Groups.BookAsync(request, _headers).ResponseAsync));
        answers.ShouldAllBe(a => a.SessionsBooked == 6);
        (await SessionsAsync(group)).ShouldAllBe(s => s.Booked == 1);
    }

    [Fact]
    public async Task The_last_seat_is_given_once()
    {
        var wanted = Group(await RegisterAsync());
        wanted.Maximum = 2;
        var group = await CreateAsync(wanted);
        var episodes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AdmitAsync()));
        var outcomes = await Task.WhenAll(episodes.Select(e => StatusOfAsync(() => BookAsync(group, e, "2026-06-01"))));
        outcomes.Count(s => s == StatusCode.OK).ShouldBe(2);
        outcomes.Count(s => s == StatusCode.ResourceExhausted).ShouldBe(3);
        (await SessionsAsync(group)).ShouldAllBe(s => s.Booked == 2);
    }

    [Fact]
    public async Task A_person_is_in_one_session_at_a_time_whoever_books()
    {
        var first = await CreateGroupAsync(await RegisterAsync());
        var second = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        var outcomes = await Task.WhenAll(
            StatusOfAsync(() => BookAsync(first, episode, "2026-06-01")), StatusOfAsync(() => BookAsync(second, episode, "2026-06-01")));
        outcomes.Order().ShouldBe([StatusCode.OK, StatusCode.FailedPrecondition]);
    }

    [Fact]
    public async Task Bookings_at_once_of_a_person_whose_admission_was_not_heard_of_all_stand()
    {
        var clinician = await RegisterAsync();
        var groups = new List<V1.Group>();
        foreach (var startsAt in new[] { "06:00", "09:00", "12:00", "15:00" })
        {
            var wanted = Group(clinician);
            wanted.StartsAt = startsAt;
            groups.Add(await CreateAsync(wanted));
        }

        var episode = AdmittedOn("2026-05-20");
        var outcomes = await Task.WhenAll(groups.Select(g => StatusOfAsync(() => BookAsync(g, episode, "2026-06-01"))));
        outcomes.ShouldAllBe(s => s == StatusCode.OK);
    }

    [Fact]
    public async Task Of_an_episode_at_another_site_nothing_is_told_not_even_that_it_has_ended()
    {
        var episode = AdmittedOn("2026-05-20");
        Known.Episodes[episode].Status = EpisodeStatus.Discharged;
        var request = new BookRequest { RequestId = NewId(), GroupId = NewId(), EpisodeId = episode, From = "2026-06-01" };
        var stranger = _tokens.SiteAdmin(_network, Guid.CreateVersion7());
        (await StatusOfAsync(() => Groups.BookAsync(request, stranger).ResponseAsync)).ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_is_booked_before_admission_nor_into_another_program()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        (await StatusOfAsync(() => BookAsync(group, AdmittedOn("2026-06-02"), "2026-06-01"))).ShouldBe(StatusCode.InvalidArgument);
        var elsewhere = AdmittedOn("2026-05-20", Known.OtherProgramId);
        (await StatusOfAsync(() => BookAsync(group, elsewhere, "2026-06-01"))).ShouldBe(StatusCode.FailedPrecondition);
        (await StatusOfAsync(() => BookAsync(group, NewId(), "2026-06-01"))).ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_released_seat_can_be_taken_by_another()
    {
        var wanted = Group(await RegisterAsync());
        wanted.Maximum = 1;
        var group = await CreateAsync(wanted);
        var (first, second) = (await AdmitAsync(), await AdmitAsync());
        await BookAsync(group, first, "2026-06-01");
        var released = await Groups.ReleaseBookingAsync(
            new ReleaseBookingRequest { RequestId = NewId(), GroupId = group.Id, EpisodeId = first, From = "2026-06-08" }, _headers);
        released.SessionsReleased.ShouldBe(3);
        (await BookAsync(group, second, "2026-06-08")).SessionsBooked.ShouldBe(3);
    }

    [Fact]
    public async Task Discharge_releases_the_sessions_after_the_last_day_of_care()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await BookAsync(group, episode, "2026-06-01");
        await DischargeAsync(episode, "2026-06-05");
        await DischargeAsync(episode, "2026-06-05");
        (await SessionsAsync(group)).Select(s => s.Booked).ShouldBe([1, 1, 1, 0, 0, 0]);
        (await StatusOfAsync(() => BookAsync(group, episode, "2026-06-08"))).ShouldBe(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task An_admission_that_comes_after_its_discharge_changes_nothing()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = AdmittedOn("2026-05-20");
        await DischargeAsync(episode, "2026-05-30");
        await HandleAsync(new EpisodeAdmittedHandler(), new EpisodeAdmitted(
            Guid.Parse(episode), 1, Guid.CreateVersion7(), Known.SiteId, Known.ProgramId, new DateOnly(2026, 5, 20)));
        (await StatusOfAsync(() => BookAsync(group, episode, "2026-06-01"))).ShouldBe(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Lists_page_through_all_sessions_without_skipping_or_repeating()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var all = new List<string>();
        var token = string.Empty;
        do
        {
            var page = await Groups.ListSessionsAsync(
                new ListSessionsRequest
                {
                    Page = new Platform.Common.V1.PageRequest { Size = 4, Token = token },
                    SiteId = Known.SiteId.ToString(), From = "2026-06-01", To = "2026-06-30", GroupId = group.Id,
                },
                _headers);
            all.AddRange(page.Sessions.Select(s => s.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        all.Distinct().Count().ShouldBe(6);
        all.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_clinician_is_registered_once_and_listed_at_the_sites_where_they_work()
    {
        var id = await RegisterAsync();
        var known = await Clinicians.GetClinicianAsync(new GetClinicianRequest { ClinicianId = id }, _headers);
        known.Clinician.Id = string.Empty;
        (await StatusOfAsync(() => Clinicians.RegisterClinicianAsync(
            new RegisterClinicianRequest { RequestId = NewId(), Clinician = known.Clinician }, _headers).ResponseAsync))
            .ShouldBe(StatusCode.AlreadyExists);
        var listed = await Clinicians.ListCliniciansAsync(new ListCliniciansRequest { SiteId = Known.SiteId.ToString() }, _headers);
        listed.Clinicians.ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    private static string NewId() => Guid.CreateVersion7().ToString();

    private static async Task<StatusCode> StatusOfAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private async Task<string> RegisterAsync(string licenceExpires = "2030-01-01", params string[] alsoAt)
    {
        var body = $"1{_clinicians++:D8}";
        var npi = Enumerable.Range(0, 10).Select(digit => $"{body}{digit}").Single(Platform.Scheduling.Clinicians.Npi.IsValid);
        var clinician = new Clinician
        {
            GivenName = "Clara", FamilyName = "Counselor", Npi = npi, Licence = "L-1", LicenceExpiresOn = licenceExpires,
            Subject = $"clinician-{npi}",
        };
        clinician.SiteIds.Add([Known.SiteId.ToString(), .. alsoAt]);
        var registered = await Clinicians.RegisterClinicianAsync(
            new RegisterClinicianRequest { RequestId = NewId(), Clinician = clinician }, _headers);
        return registered.Clinician.Id;
    }

    private V1.Group Group(string clinician)
    {
        var group = new V1.Group
        {
            SiteId = Known.SiteId.ToString(),
            ProgramId = Known.ProgramId.ToString(),
            Name = "Morning group",
            Component = Component.GroupTherapy,
            StartsAt = "09:00",
            Minutes = 180,
            FirstOn = "2026-06-01",
            LastOn = "2026-06-14",
            FacilitatorId = clinician,
        };
        group.Weekdays.AddRange([Weekday.Monday, Weekday.Wednesday, Weekday.Friday]);
        return group;
    }

    private Task<V1.Group> CreateGroupAsync(string clinician) => CreateAsync(Group(clinician));

    private async Task<V1.Group> CreateAsync(V1.Group group) =>
        (await Groups.CreateGroupAsync(new CreateGroupRequest { RequestId = NewId(), Group = group }, _headers)).Group;

    private async Task<string> RefusedAsync(V1.Group group)
    {
        var refused = await Should.ThrowAsync<RpcException>(() => CreateAsync(group));
        refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        return refused.Status.Detail;
    }

    private async Task<IReadOnlyList<V1.Session>> SessionsAsync(V1.Group group)
    {
        var listed = await Groups.ListSessionsAsync(
            new ListSessionsRequest { SiteId = group.SiteId, From = "2026-01-01", To = "2026-12-31", GroupId = group.Id }, _headers);
        return listed.Sessions;
    }

    private async Task<BookResponse> BookAsync(V1.Group group, string episode, string from) =>
        await Groups.BookAsync(
            new BookRequest { RequestId = NewId(), GroupId = group.Id, EpisodeId = episode, From = from }, _headers);

    /// <summary>An episode that only Enrollment knows of: its event has not come yet.</summary>
    private string AdmittedOn(string day, Guid? program = null, string? episode = null)
    {
        var id = episode ?? NewId();
        Known.Episodes[id] = new Platform.Enrollment.V1.Episode
        {
            Id = id, PersonId = NewId(), SiteId = Known.SiteId.ToString(), ProgramId = (program ?? Known.ProgramId).ToString(),
            Status = EpisodeStatus.Admitted, AdmittedOn = day, Etag = "\"1\"",
        };
        return id;
    }

    /// <summary>An episode whose event has come.</summary>
    private async Task<string> AdmitAsync()
    {
        var id = Guid.CreateVersion7();
        await HandleAsync(new EpisodeAdmittedHandler(), new EpisodeAdmitted(
            id, 1, Guid.CreateVersion7(), Known.SiteId, Known.ProgramId, new DateOnly(2026, 5, 20)));
        return id.ToString();
    }

    private Task DischargeAsync(string episode, string lastDay) =>
        HandleAsync(new EpisodeDischargedHandler(), new EpisodeDischarged(
            Guid.Parse(episode), 2, Guid.CreateVersion7(), Known.SiteId, Known.ProgramId, new DateOnly(2026, 5, 20), DateOnly.Parse(lastDay)));

    private Task HandleAsync<TEvent>(IEventHandler<SchedulingDbContext, TEvent> handler, TEvent domainEvent)
        where TEvent : class, IDomainEvent =>
        _host.Services.GetRequiredService<Database<SchedulingDbContext>>().WriteAsync(
            _network, new AuditActor("scheduling", "service", string.Empty),
            async (db, cancellationToken) =>
            {
                await handler.HandleAsync(db, domainEvent, cancellationToken);
                return true;
            },
            Cancelled);
}

public sealed partial class SchedulingOnPostgresTests : SchedulingTests
{
    [Fact]
    public async Task The_migrations_say_what_the_model_says()
    {
        await using var db = new SchedulingDesignTimeFactory().CreateDbContext([]);
        db.Database.HasPendingModelChanges().ShouldBeFalse();
    }

    protected override async Task<TestDatabase?> CreateDatabaseAsync() => await TestDatabase.CreateAsync("scheduling");
}

public sealed class SchedulingOnSqliteTests : SchedulingTests
{
    [Fact]
    public void Every_RPC_says_who_may_call_it() => RpcPolicies.Missing(typeof(SchedulingService).Assembly).ShouldBeEmpty();

    protected override Task<TestDatabase?> CreateDatabaseAsync() => Task.FromResult<TestDatabase?>(null);
}
