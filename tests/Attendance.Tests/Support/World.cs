using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Attendance.Rolls;
using Platform.Attendance.V1;
using Platform.Contracts.Events.Attendance;
using Platform.Contracts.Events.Enrollment;
using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Auditing;
using Platform.Shared.Errors;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Attendance.Tests.Support;

/// <summary>A person in a program.</summary>
public sealed record Patient(Guid EpisodeId, Guid PersonId);

/// <summary>A network of its own with one site, and what a test does there.</summary>
public sealed class World(TestHost host, TestTokens tokens)
{
    public const string Facilitator = "clinician-of-the-group";
    public const string Therapist = "clinician-of-one-to-one";

    /// <summary>The site-local day of all sessions.</summary>
    public static readonly DateOnly On = new(2026, 6, 1);

    private static readonly JsonSerializerOptions EventJson = new(JsonSerializerDefaults.Web);

    public Guid Network { get; init; } = Guid.CreateVersion7();

    public Guid SiteId { get; init; } = Guid.CreateVersion7();

    public Guid ProgramId { get; init; } = Guid.CreateVersion7();

    public RollService.RollServiceClient Rolls => new(host.Channel);

    public ServiceDayService.ServiceDayServiceClient Days => new(host.Channel);

    public Metadata Operator => tokens.Operator(Network);

    public TestTokens Tokens => tokens;

    public Metadata Clinician(string subject) => TestTokens.Bearer(
        tokens.Mint(CallerRole.Clinician, Network, [SiteId], change: token => token.Claims["sub"] = subject));

    public static Patient NewPatient() => new(Guid.CreateVersion7(), Guid.CreateVersion7());

    public static string NewId() => Guid.CreateVersion7().ToString();

    /// <summary>A session that began four hours ago and is over, unless said otherwise.</summary>
    public SessionFacts Session(
        string component = "GROUP_THERAPY", string facilitator = Facilitator, int minutes = 180, TimeSpan? startsIn = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var starts = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero) + (startsIn ?? TimeSpan.FromHours(-4));
        return new SessionFacts(
            Guid.CreateVersion7(), 1, Guid.CreateVersion7(), SiteId, ProgramId, component, On, starts, starts.AddMinutes(minutes),
            Guid.CreateVersion7(), facilitator);
    }

    public Task BookAsync(Patient patient, long version, params SessionFacts[] sessions) => HandleAsync(
        new EpisodeBookedHandler(),
        new EpisodeBooked(sessions[0].GroupId, patient.EpisodeId, patient.PersonId, version, sessions));

    public Task ReleaseAsync(Patient patient, long version, params SessionFacts[] sessions) => HandleAsync(
        new EpisodeReleasedHandler(), new EpisodeReleased(sessions[0].GroupId, patient.EpisodeId, version, sessions));

    public Task MergeAsync(Guid kept, Guid merged) => HandleAsync(new PersonsMergedHandler(), new PersonsMerged(kept, merged));

    public Task ScheduleAsync(params SessionFacts[] sessions) =>
        HandleAsync(new GroupScheduledHandler(), new GroupScheduled(sessions[0].GroupId, sessions));

    public Task<CheckInResponse> CheckInAsync(SessionFacts session, Patient patient, double minute = 0) => Rolls.CheckInAsync(
        new CheckInRequest
        {
            RequestId = NewId(), SessionId = session.SessionId.ToString(), EpisodeId = patient.EpisodeId.ToString(), At = Minute(session, minute),
        },
        Operator).ResponseAsync;

    public Task<CheckOutResponse> CheckOutAsync(SessionFacts session, Patient patient, double minute) => Rolls.CheckOutAsync(
        new CheckOutRequest
        {
            RequestId = NewId(), SessionId = session.SessionId.ToString(), EpisodeId = patient.EpisodeId.ToString(), At = Minute(session, minute),
        },
        Operator).ResponseAsync;

    /// <summary>Comes when the session begins, and stays for so many minutes.</summary>
    public async Task AttendAsync(SessionFacts session, Patient patient, int minutes)
    {
        await CheckInAsync(session, patient);
        await CheckOutAsync(session, patient, minutes);
    }

    public Task<MarkAbsentResponse> MarkAbsentAsync(SessionFacts session, Patient patient, bool excused) => Rolls.MarkAbsentAsync(
        new MarkAbsentRequest
        {
            RequestId = NewId(), SessionId = session.SessionId.ToString(), EpisodeId = patient.EpisodeId.ToString(), Excused = excused,
        },
        Operator).ResponseAsync;

    public async Task<V1.Roll> RollAsync(SessionFacts session) =>
        (await Rolls.GetRollAsync(new GetRollRequest { SessionId = session.SessionId.ToString() }, Operator)).Roll;

    /// <summary>The facilitator signs what stands on the roll now.</summary>
    public async Task<V1.Roll> SignAsync(SessionFacts session) => await SignAsync(session, (await RollAsync(session)).Etag);

    public async Task<V1.Roll> SignAsync(SessionFacts session, string etag, string? subject = null) => (await Rolls.SignRollAsync(
        new SignRollRequest { RequestId = NewId(), SessionId = session.SessionId.ToString(), Etag = etag },
        Clinician(subject ?? session.FacilitatorSubject))).Roll;

    /// <summary>The person's only day.</summary>
    public async Task<V1.ServiceDay> DayAsync(Patient patient)
    {
        var listed = await Days.ListServiceDaysAsync(
            new ListServiceDaysRequest { EpisodeId = patient.EpisodeId.ToString(), From = "2026-06-01", To = "2026-06-01" }, Operator);
        return listed.ServiceDays.ShouldHaveSingleItem();
    }

    /// <summary>What was told of the person's days, in order.</summary>
    public async Task<List<ServiceDayClosed>> ClosingsAsync(Patient patient)
    {
        var payloads = await ToldAsync("attendance.service-day-closed");
        return [.. payloads.Select(p => JsonSerializer.Deserialize<ServiceDayClosed>(p, EventJson)!).Where(e => e.EpisodeId == patient.EpisodeId)];
    }

    /// <summary>The payloads of the network's events of one name, in order.</summary>
    public Task<List<string>> ToldAsync(string eventName) => host.Services.GetRequiredService<Database<AttendanceDbContext>>().ReadAsync(
        Network,
        (db, cancellationToken) => db.Database.SqlQuery<string>(
            $"""
             SELECT CAST(payload AS text) AS "Value" FROM outbox_message
             WHERE event_name = {eventName} AND network_id = {Network} ORDER BY position
             """).ToListAsync(cancellationToken),
        TestContext.Current.CancellationToken);

    /// <summary>Whose records were touched by what was done, as the audit chain has it.</summary>
    public Task<List<Guid>> AuditedAsync(string action) => host.Services.GetRequiredService<Database<AttendanceDbContext>>().ReadAsync(
        Network,
        (db, cancellationToken) => db.Database.SqlQuery<Guid>(
            $"""
             SELECT person_id AS "Value" FROM audit_entry
             WHERE action = {action} AND network_id = {Network} AND person_id IS NOT NULL ORDER BY sequence
             """).ToListAsync(cancellationToken),
        TestContext.Current.CancellationToken);

    /// <summary>What the call is refused with.</summary>
    public static async Task<DomainError> RefusedAsync<T>(Func<Task<T>> call) =>
        (await Should.ThrowAsync<RpcException>(call)).ToDomainError().ShouldNotBeNull();

    /// <summary>The outcome of a call: OK, or the code of its error.</summary>
    public static async Task<string> OutcomeAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return "OK";
        }
        catch (RpcException e)
        {
            return e.ToDomainError()?.Code ?? e.StatusCode.ToString();
        }
    }

    public static Timestamp Minute(SessionFacts session, double minute) => Timestamp.FromDateTimeOffset(session.StartsAt.AddMinutes(minute));

    private Task<bool> HandleAsync<TEvent>(IEventHandler<AttendanceDbContext, TEvent> handler, TEvent domainEvent)
        where TEvent : class, IDomainEvent =>
        host.Services.GetRequiredService<Database<AttendanceDbContext>>().WriteAsync(
            Network, new AuditActor("attendance", "service", string.Empty),
            async (db, cancellationToken) =>
            {
                await handler.HandleAsync(db, domainEvent, cancellationToken);
                return true;
            },
            TestContext.Current.CancellationToken);
}
