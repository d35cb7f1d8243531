using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Workers;

namespace Platform.Enrollment.Waitlist;

/// <summary>
/// Offers what comes open to those who wait. It is woken after the commit that opened a place, and looks every few seconds for what
/// a process that died left behind: programs with a note, and entries that have yet to be held against what is open. In a network
/// those who work at once take turns at the line.
/// </summary>
internal sealed class WaitlistWorker(
    Database<EnrollmentDbContext> database, WaitlistOffers offers, WaitlistSignal signal, TimeProvider time, ILogger<WaitlistWorker> logger)
    : NetworkWorker<EnrollmentDbContext>(database, time, logger)
{
    private const int AtOnce = 200;

    /// <summary>
    /// Where the turn of a network ended that did not come to its end: other networks go first, and the next turn goes on from there,
    /// since what stays undecided stays due. It is forgotten with the process, and costs nothing but time.
    /// </summary>
    private readonly ConcurrentDictionary<Guid, (Guid Program, WaitlistKey? Entry)> _after = new();

    /// <inheritdoc/>
    protected override TimeSpan Interval { get; } = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override Task<List<Guid>> DueAsync(EnrollmentDbContext db, CancellationToken cancellationToken) => db.Networks
        .IgnoreQueryFilters()
        .Where(n => db.Capacities.Any(c => c.NetworkId == n.NetworkId && c.WaitlistDue)
            || db.WaitlistEntries.Any(e => e.NetworkId == n.NetworkId && e.MatchDue && e.Status == WaitlistStatus.Waiting))
        .Select(n => n.NetworkId)
        .ToListAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<Guid>> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await signal.WaitAsync(atMost, cancellationToken);
        return signal.Take();
    }

    /// <inheritdoc/>
    protected override async Task<bool> ServeAsync(Guid networkId, CancellationToken cancellationToken)
    {
        // A look before the transaction: mostly nobody waits, and SQLite has one writer.
        _after.TryRemove(networkId, out var after);
        var (programs, entries, anybody) = await Database.ReadAsync(networkId, (db, ct) => FindAsync(db, after, ct), cancellationToken);
        if (programs.Count > 0 && !anybody
            && await Database.WriteAsync(networkId, WaitlistOffers.Actor, WaitlistOffers.StrikeNotesAsync, cancellationToken))
        {
            return true;
        }

        var answers = new List<WaitlistAnswer>();
        foreach (var program in programs)
        {
            answers.Add(await AskAsync(networkId, program, entry: null, cancellationToken));
        }

        foreach (var entry in entries)
        {
            answers.Add(await MatchAsync(networkId, entry, cancellationToken));
        }

        if (programs.Count < AtOnce && entries.Count < AtOnce)
        {
            return !answers.Contains(WaitlistAnswer.Busy);
        }

        // Where nothing stayed due, the next turn begins at the beginning: who comes to be due there meanwhile waits for nobody.
        if (answers.Exists(answer => answer is WaitlistAnswer.Busy or WaitlistAnswer.Undecided))
        {
            _after[networkId] = (
                programs.Count < AtOnce ? Guid.AllBitsSet : programs[^1],
                entries.Count < AtOnce ? WaitlistKey.End : WaitlistKey.Of(entries[^1]));
        }

        return false;
    }

    private static async Task<(List<Guid> Programs, List<WaitlistEntry> Entries, bool Anybody)> FindAsync(
        EnrollmentDbContext db, (Guid Program, WaitlistKey? Entry) after, CancellationToken cancellationToken)
    {
        var programs = await db.Capacities
            .Where(c => c.WaitlistDue && c.ProgramId.CompareTo(after.Program) > 0)
            .OrderBy(c => c.ProgramId)
            .Select(c => c.ProgramId)
            .Take(AtOnce)
            .ToListAsync(cancellationToken);
        var entries = await db.WaitlistEntries
            .After(after.Entry)
            .Where(e => e.MatchDue && e.Status == WaitlistStatus.Waiting)
            .InOrder()
            .Take(AtOnce)
            .ToListAsync(cancellationToken);
        var anybody = programs.Count == 0 || await db.WaitlistWants.AnyAsync(w => w.IsOpen, cancellationToken);
        return (programs, entries, anybody);
    }

    /// <summary>Offers the open places of a program until none is left, or nobody, or the given entry has one.</summary>
    private async Task<WaitlistAnswer> AskAsync(Guid network, Guid program, WaitlistEntry? entry, CancellationToken cancellationToken)
    {
        WaitlistAnswer answer;
        do
        {
            try
            {
                answer = await Database.WriteAsync(
                    network, WaitlistOffers.Actor, (db, ct) => offers.OfferNextAsync(db, program, ct), cancellationToken);
            }
            catch (WaitlistBusyException)
            {
                return WaitlistAnswer.Busy;
            }
            catch (DomainException e) when (e.Error.Code == RulePackErrors.UnusableCode)
            {
                // The note stands; the other programs of the network are served meanwhile.
                return WaitlistAnswer.Undecided;
            }
        }
        while (answer == WaitlistAnswer.Offered && (entry is null || await StillWaitsAsync(network, entry, cancellationToken)));
        return answer;
    }

    /// <summary>Holds an entry against what is open: whoever is first in line for each gets it, until the entry has a place itself.</summary>
    private async Task<WaitlistAnswer> MatchAsync(Guid network, WaitlistEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.Skipped)
        {
            var programs = await Database.ReadAsync(network, (db, ct) => OpenForAsync(db, entry, ct), cancellationToken);
            var undecided = false;
            foreach (var program in programs)
            {
                var answer = await AskAsync(network, program, entry, cancellationToken);
                if (answer == WaitlistAnswer.Busy)
                {
                    return answer;
                }

                undecided |= answer == WaitlistAnswer.Undecided;

                if (!await StillWaitsAsync(network, entry, cancellationToken))
                {
                    return WaitlistAnswer.Offered;
                }
            }

            if (undecided)
            {
                return WaitlistAnswer.Undecided;
            }
        }

        // Only as it was found: when it went and came back meanwhile, it is held against what is open once more.
        await Database.WriteAsync(
            network,
            WaitlistOffers.Actor,
            (db, ct) => db.WaitlistEntries.Where(e => e.Id == entry.Id && e.Version == entry.Version)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(e => e.MatchDue, false).SetProperty(e => e.Version, e => e.Version + 1), ct),
            cancellationToken);
        return WaitlistAnswer.Nothing;
    }

    private Task<bool> StillWaitsAsync(Guid network, WaitlistEntry entry, CancellationToken cancellationToken) => Database.ReadAsync(
        network,
        (db, ct) => db.WaitlistEntries.AnyAsync(e => e.Id == entry.Id && e.Version == entry.Version, ct),
        cancellationToken);

    /// <summary>The programs that suit an entry and have open places, those with the most first.</summary>
    private static async Task<List<Guid>> OpenForAsync(EnrollmentDbContext db, WaitlistEntry entry, CancellationToken cancellationToken)
    {
        var open =
            from program in db.WantedBy(entry.Id)
            join capacity in db.Capacities on program.Id equals capacity.ProgramId
            where capacity.Occupied + capacity.Held < capacity.Licensed && (capacity.ClosesAt == null || capacity.ClosesAt > db.Now)
            orderby capacity.Occupied + capacity.Held - capacity.Licensed, program.Id
            select program;
        return [.. (await db.ReadProfilesAsync(open, cancellationToken))
            .Where(program => entry.Criteria.Suits(program) && !entry.IsPassedFor(program.ProgramId))
            .Select(program => program.ProgramId)];
    }
}
