using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Capacity;

/// <content>
/// What the calendar does to places: a number that was scheduled takes effect, a site or a program closes. Both are moments in the
/// row of the places, which the update that takes a place compares with the clock; so no place is given in the minute between
/// midnight and the sweeper, and a full program costs nobody a look at the schedule.
/// </content>
internal sealed partial class CapacityLedger
{
    /// <summary>The program, or its site, takes nobody new.</summary>
    public static readonly DomainError Closed = DomainError.Precondition(
        "PROGRAM_CLOSED", "The program or its site is closed and takes nobody new. Search for another one.");

    /// <summary>Why a place could not be taken: the program is closed, or full.</summary>
    public static async Task<DomainError> RefusalAsync(EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken) =>
        await db.Capacities.AnyAsync(c => c.ProgramId == programId && c.ClosesAt <= db.Now, cancellationToken) ? Closed : Full;

    /// <summary>
    /// Puts the scheduled numbers of a program into effect whose day has come. When more places are taken or held than the last
    /// of them, the program is licensed for those that are taken, and for fewer as they free.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> ApplyDueAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken)
    {
        var claimed = await db.Capacities
            .Where(c => c.ProgramId == programId && c.ChangesAt <= db.Now)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ChangesAt, (DateTimeOffset?)null), cancellationToken);
        if (claimed == 0)
        {
            return false;
        }

        var zone = await db.Sites.Where(s => s.Id == siteId).Select(s => s.TimeZone).SingleAsync(cancellationToken);
        var today = LocalDays.DayAt(db.Now, zone);
        var scheduled = await db.ScheduledCapacities
            .AsTracking()
            .Where(c => c.ProgramId == programId && c.Status == ScheduleStatus.Scheduled)
            .OrderBy(c => c.EffectiveOn)
            .ToListAsync(cancellationToken);
        var due = scheduled.TakeWhile(c => c.EffectiveOn <= today).ToList();
        DateTimeOffset? next = due.Count < scheduled.Count
            ? LocalDays.InstantAt(scheduled[due.Count].EffectiveOn, TimeOnly.MinValue, zone)
            : null;
        await LicensedHistory.BeginAsync(db, programId, cancellationToken);
        var before = await db.Capacities.AsNoTracking().SingleAsync(c => c.ProgramId == programId, cancellationToken);
        var licensed = due.Count > 0 ? due[^1].Licensed : before.LoweringTo ?? before.Licensed;
        var taken = before.Occupied + before.Held;
        var counts = new PlaceCounts(Math.Max(licensed, taken), before.Occupied, before.Held, before.Version + 1);
        await db.Capacities
            .Where(c => c.ProgramId == programId)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(c => c.Licensed, counts.Licensed)
                    .SetProperty(c => c.LoweringTo, licensed < taken ? licensed : null)
                    .SetProperty(c => c.ChangesAt, next)
                    .SetProperty(c => c.Version, counts.Version)
                    .SetProperty(c => c.WaitlistDue, c => c.WaitlistDue || counts.Licensed > before.Licensed),
                cancellationToken);
        foreach (var change in due)
        {
            change.Apply();
            await LicensedHistory.RecordAsync(
                db, siteId, programId, change.EffectiveOn, Math.Max(change.Licensed, taken), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        Follow(db, siteId, programId, counts, frees: counts.Licensed > before.Licensed);
        return true;
    }

    /// <summary>
    /// Brings the moments at which the places of a program change or close in line with its schedule and the days on which it and
    /// its site close. Saves what was scheduled or closed before.
    /// </summary>
    public async Task KeepTimesAsync(EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        await LockAsync(db, programId, cancellationToken);

        // Read with the places locked: who just closes the program or its site keeps the times after this, and who did was before it.
        var calendar = await (
            from program in db.Programs
            join site in db.Sites on program.SiteId equals site.Id
            where program.Id == programId
            select new
            {
                site.TimeZone,
                SiteClosedOn = site.ClosedOn,
                program.ClosedOn,
                Next = db.ScheduledCapacities
                    .Where(c => c.ProgramId == programId && c.Status == ScheduleStatus.Scheduled)
                    .Min(c => (DateOnly?)c.EffectiveOn),
            }).SingleAsync(cancellationToken);
        var changesAt = StartOf(calendar.Next, calendar.TimeZone);
        var closesAt = StartOf(Earlier(calendar.SiteClosedOn, calendar.ClosedOn), calendar.TimeZone);
        await db.Capacities
            .Where(c => c.ProgramId == programId)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(c => c.ChangesAt, changesAt)
                    .SetProperty(c => c.ClosesAt, closesAt)
                    .SetProperty(c => c.WaitlistDue, c => c.WaitlistDue || c.ClosesAt != null),
                cancellationToken);
        var network = db.NetworkId;
        db.AfterCommit(_ =>
        {
            waitlist.Set(network);
            return Task.CompletedTask;
        });
    }

    /// <summary>Keeps others from changing the places of a program, or its schedule, until the transaction ends.</summary>
    public static Task LockAsync(EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken) =>
        db.Capacities
            .Where(c => c.ProgramId == programId)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Licensed, c => c.Licensed), cancellationToken);

    private static DateOnly? Earlier(DateOnly? one, DateOnly? other) => one < other ? one : other ?? one;

    private static DateTimeOffset? StartOf(DateOnly? day, string timeZone) =>
        day is null ? null : LocalDays.InstantAt(day.Value, TimeOnly.MinValue, timeZone);
}
