using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Placement;

/// <summary>Places that people left lately.</summary>
/// <param name="First">The first day on which one was left.</param>
/// <param name="Freed">How many.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecentTurnover(DateOnly First, int Freed);

/// <summary>What the waits of a network are estimated from.</summary>
/// <param name="Today">The day in UTC.</param>
/// <param name="Left">Places that people left, by program.</param>
/// <param name="Waiting">Entries in line, by what they wait for: a program, a site, a region.</param>
internal sealed record WaitBook(
    DateOnly Today, IReadOnlyDictionary<Guid, RecentTurnover> Left, IReadOnlyDictionary<Guid, int> Waiting)
{
    /// <summary>
    /// Days until a place for someone who joins the end of a program's line today; null when nobody left a place lately. All who
    /// wait for it are counted, though not each of them may suit: the wait is not longer than that.
    /// </summary>
    public int? Days(CachedSite site, CachedProgram program)
    {
        if (!Left.TryGetValue(program.Id, out var left))
        {
            return null;
        }

        var ahead = Count(program.Id) + Count(site.Id) + (site.RegionId is { } region ? Count(region) : 0);
        return WaitEstimate.Of([new ProgramWait(program.Id, ahead + 1, left.Freed, WaitEstimate.Observed(left.First, Today))])?.Days;
    }

    private int Count(Guid target) => Waiting.GetValueOrDefault(target);
}

/// <summary>
/// Keeps what waits are estimated from for some minutes: it changes slowly, and a search must not read it each time. One search reads
/// it anew, while the others go by the book that there is.
/// </summary>
internal sealed class EstimatedWaits(Database<EnrollmentDbContext> database, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<Guid, Shelf> _shelves = new();

    /// <summary>The book of a network, about five minutes old at the most.</summary>
    public async Task<WaitBook> OfAsync(Guid networkId, CancellationToken cancellationToken)
    {
        var shelf = _shelves.GetOrAdd(networkId, _ => new Shelf());
        var kept = shelf.Kept;
        if (kept is not null && (kept.Until > time.GetUtcNow() || !await shelf.Reading.WaitAsync(TimeSpan.Zero, cancellationToken)))
        {
            return kept.Book;
        }

        if (kept is null)
        {
            await shelf.Reading.WaitAsync(cancellationToken);
        }

        try
        {
            var now = time.GetUtcNow();
            if (shelf.Kept is not { } read || read.Until <= now)
            {
                shelf.Kept = read = new Kept(now + Lifetime, await ReadAsync(networkId, DateOnly.FromDateTime(now.UtcDateTime), cancellationToken));
            }

            return read.Book;
        }
        finally
        {
            shelf.Reading.Release();
        }
    }

    private Task<WaitBook> ReadAsync(Guid networkId, DateOnly today, CancellationToken cancellationToken)
    {
        var since = today.AddDays(1 - WaitEstimate.Window);
        return database.ReadAsync(
            networkId,
            async (db, ct) =>
            {
                var left = await db.PlaceTurnovers
                    .Where(t => t.Day >= since)
                    .GroupBy(t => t.ProgramId)
                    .Select(days => new { ProgramId = days.Key, First = days.Min(d => d.Day), Freed = days.Sum(d => d.Freed) })
                    .ToDictionaryAsync(t => t.ProgramId, t => new RecentTurnover(t.First, t.Freed), ct);
                var waiting = await (
                    from want in db.WaitlistWants
                    join entry in db.WaitlistEntries on want.EntryId equals entry.Id
                    where want.IsOpen && entry.Status == WaitlistStatus.Waiting
                    group want by want.TargetId into wants
                    select new { Target = wants.Key, Count = wants.Count() }).ToDictionaryAsync(w => w.Target, w => w.Count, ct);
                return new WaitBook(today, left, waiting);
            },
            cancellationToken);
    }

    /// <summary>A book and until when it is good.</summary>
    private sealed record Kept(DateTimeOffset Until, WaitBook Book);

    /// <summary>The book of a network.</summary>
    private sealed class Shelf
    {
        private volatile Kept? _kept;

        /// <summary>Held by who reads it anew.</summary>
        public SemaphoreSlim Reading { get; } = new(1, 1);

        public Kept? Kept
        {
            get => _kept;
            set => _kept = value;
        }
    }
}
