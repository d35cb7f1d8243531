using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Attendance.Rolls;

/// <summary>
/// The roll of a session: who was expected, who came, for how long. The facilitator signs it, and from then it is locked. Its
/// version grows with every mark, so that what is signed is what was seen.
/// </summary>
internal sealed class Roll : ITenantOwned, IVersioned
{
    /// <summary>How long before a session a person may be checked in.</summary>
    public static readonly TimeSpan EarliestCheckIn = TimeSpan.FromHours(1);

    /// <summary>The session, and the roll's id.</summary>
    public Guid SessionId { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; private set; }

    public Guid ProgramId { get; private set; }

    /// <summary>Component code, such as GROUP_THERAPY.</summary>
    public string Component { get; private set; } = string.Empty;

    /// <summary>Site-local day.</summary>
    public DateOnly On { get; private set; }

    public DateTimeOffset StartsAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    public Guid FacilitatorId { get; private set; }

    public string FacilitatorSubject { get; private set; } = string.Empty;

    /// <summary>Version of the session's facts that these are.</summary>
    public long FactsVersion { get; private set; }

    public DateTimeOffset? SignedAt { get; private set; }

    /// <summary>Subject of the token that signed.</summary>
    public string? SignedBy { get; private set; }

    public long Version { get; private set; }

    public List<RollLine> Lines { get; init; } = [];

    /// <summary>Persons who are booked.</summary>
    public IEnumerable<RollLine> Expected => Lines.Where(l => !l.Released);

    /// <summary>Takes the session's facts, unless newer ones are known or the roll is signed.</summary>
    public void Learn(SessionFacts facts)
    {
        if (facts.Version <= FactsVersion || SignedAt is not null)
        {
            return;
        }

        SiteId = facts.SiteId;
        ProgramId = facts.ProgramId;
        Component = facts.Component;
        On = facts.On;
        StartsAt = facts.StartsAt;
        EndsAt = facts.EndsAt;
        FacilitatorId = facts.FacilitatorId;
        FacilitatorSubject = facts.FacilitatorSubject;
        FactsVersion = facts.Version;
        Version++;
    }

    /// <summary>
    /// Expects a person, unless a later booking or release is known. On a roll that is signed already the person was seen by
    /// nobody: a no-show.
    /// </summary>
    /// <returns>The line when it is new on the roll; otherwise null.</returns>
    public RollLine? Expect(Guid episodeId, Guid personId, long bookingVersion)
    {
        var line = Lines.SingleOrDefault(l => l.EpisodeId == episodeId);
        if (line is not null && line.BookingVersion >= bookingVersion)
        {
            return null;
        }

        Version++;
        if (line is null)
        {
            line = new RollLine { SessionId = SessionId, EpisodeId = episodeId, NetworkId = NetworkId };
            Lines.Add(line);
        }

        line.Book(personId, bookingVersion, SignedAt is null ? AttendanceStatus.Expected : AttendanceStatus.NoShow);
        return line;
    }

    /// <summary>
    /// Releases a person, unless a later booking is known. Whoever has come keeps the line: attendance is a fact.
    /// </summary>
    /// <returns>Whether the person was on the roll and is no longer.</returns>
    public bool Release(Guid episodeId, long bookingVersion)
    {
        var line = Lines.SingleOrDefault(l => l.EpisodeId == episodeId);
        if (line is null)
        {
            line = new RollLine { SessionId = SessionId, EpisodeId = episodeId, NetworkId = NetworkId };
            Lines.Add(line);
            line.Release(bookingVersion);
            return false;
        }

        if (line.BookingVersion >= bookingVersion || line.Status != AttendanceStatus.Expected)
        {
            return false;
        }

        Version++;
        line.Release(bookingVersion);
        return true;
    }

    /// <summary>A person arrives.</summary>
    /// <exception cref="DomainException">ROLL_SIGNED, NOT_FOUND, ALREADY_CHECKED_IN, ALREADY_MARKED, INVALID_ARGUMENT.</exception>
    public RollLine CheckIn(Guid episodeId, DateTimeOffset at)
    {
        var line = OpenLine(episodeId);
        if (at < StartsAt - EarliestCheckIn || at >= EndsAt)
        {
            throw DomainError.Invalid("at", "must be from an hour before the session to its end").ToException();
        }

        line.CheckIn(at);
        Version++;
        return line;
    }

    /// <summary>A person leaves.</summary>
    /// <exception cref="DomainException">ROLL_SIGNED, NOT_FOUND, NOT_CHECKED_IN, INVALID_ARGUMENT.</exception>
    public RollLine CheckOut(Guid episodeId, DateTimeOffset at)
    {
        var line = OpenLine(episodeId);
        line.CheckOut(at, StartsAt, EndsAt);
        Version++;
        return line;
    }

    /// <summary>A person did not come.</summary>
    /// <exception cref="DomainException">ROLL_SIGNED, NOT_FOUND, ALREADY_MARKED.</exception>
    public RollLine MarkAbsent(Guid episodeId, bool excused)
    {
        var line = OpenLine(episodeId);
        line.MarkAbsent(excused);
        Version++;
        return line;
    }

    /// <summary>The facilitator signs; whoever has no mark did not come.</summary>
    /// <exception cref="DomainException">ROLL_SIGNED, NOT_FACILITATOR, SESSION_NOT_ENDED, STILL_CHECKED_IN.</exception>
    public void Sign(string subject, DateTimeOffset now)
    {
        RequireOpen();
        if (subject != FacilitatorSubject)
        {
            throw AttendanceErrors.NotFacilitator.ToException();
        }

        if (now < EndsAt)
        {
            throw AttendanceErrors.SessionNotEnded.ToException();
        }

        if (Expected.Any(l => l.Status == AttendanceStatus.CheckedIn))
        {
            throw AttendanceErrors.StillCheckedIn.ToException();
        }

        foreach (var line in Expected.Where(l => l.Status == AttendanceStatus.Expected))
        {
            line.MarkAbsent(excused: false);
        }

        SignedAt = now;
        SignedBy = subject;
        Version++;
    }

    private void RequireOpen()
    {
        if (SignedAt is not null)
        {
            throw AttendanceErrors.RollSigned.ToException();
        }
    }

    private RollLine OpenLine(Guid episodeId)
    {
        RequireOpen();
        return Expected.SingleOrDefault(l => l.EpisodeId == episodeId) ?? throw AttendanceErrors.NotExpected.ToException();
    }
}
