using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Waitlist;

/// <summary>
/// Offers what comes open to those who wait. It is woken after the commit that opened a place, and looks every few seconds for what
/// a process that died left behind: programs with a note, and entries that have yet to be held against what is open. Any number of
/// processes may work at once; in a network they take turns at the line.
/// </summary>
internal sealed class WaitlistWorker(
    Database<EnrollmentDbContext> database, WaitlistOffers offers, WaitlistSignal signal, ILogger<WaitlistWorker> logger)
    : BackgroundService
{
    private const int AtOnce = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Offers what is open in all networks.</summary>
    /// <returns>Whether nothing is left that could be done at once.</returns>
    public async Task<bool> OfferAllAsync(CancellationToken cancellationToken)
    {
        var networks = await database.ReadAsync(
            ServiceDbContext.AllNetworks, (db, ct) => db.Networks.Select(n => n.NetworkId).OrderBy(id => id).ToListAsync(ct), cancellationToken);
        var done = true;
        foreach (var network in networks)
        {
            try
            {
                done &= await OfferAsync(network, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One network's trouble does not keep those who wait in the others.
                logger.LogWarning(
                    "The waitlist of network {Network} could not be served ({Failure}); the next round tries again.", network, e.GetType().Name);
            }
        }

        return done;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var lastRound = (long?)null;
            while (true)
            {
                var done = true;
                try
                {
                    // In between rounds only where something came open: a look at every network each time would be most of the work.
                    var named = signal.Take();
                    if (lastRound is null || Stopwatch.GetElapsedTime(lastRound.Value) >= Interval)
                    {
                        lastRound = Stopwatch.GetTimestamp();
                        done = await OfferAllAsync(stoppingToken);
                    }
                    else
                    {
                        foreach (var network in named)
                        {
                            done &= await OfferAsync(network, stoppingToken);
                        }
                    }

                    lastRound = done ? lastRound : null;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning("The waitlist could not be served ({Failure}); the next round tries again.", e.GetType().Name);
                }

                await signal.WaitAsync(done ? Interval : Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> OfferAsync(Guid network, CancellationToken cancellationToken)
    {
        // A look before the transaction: most networks have nothing to offer most of the time, and SQLite has one writer.
        var (programs, entries, anybody) = await database.ReadAsync(network, FindAsync, cancellationToken);
        if (programs.Count > 0 && !anybody
            && await database.WriteAsync(network, WaitlistOffers.Actor, WaitlistOffers.StrikeNotesAsync, cancellationToken))
        {
            return true;
        }

        var done = programs.Count < AtOnce && entries.Count < AtOnce;
        foreach (var program in programs)
        {
            done &= await AskAsync(network, program, entry: null, cancellationToken) != WaitlistAnswer.Busy;
        }

        foreach (var entry in entries)
        {
            done &= await MatchAsync(network, entry, cancellationToken);
        }

        return done;
    }

    private static async Task<(List<Guid> Programs, List<WaitlistEntry> Entries, bool Anybody)> FindAsync(
        EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var programs = await db.Capacities
            .Where(c => c.WaitlistDue).OrderBy(c => c.ProgramId).Select(c => c.ProgramId).Take(AtOnce).ToListAsync(cancellationToken);
        var entries = await db.WaitlistEntries
            .Where(e => e.MatchDue && e.Status == WaitlistStatus.Waiting).InOrder().Take(AtOnce).ToListAsync(cancellationToken);
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
                answer = await database.WriteAsync(
                    network, WaitlistOffers.Actor, (db, ct) => offers.OfferNextAsync(db, program, ct), cancellationToken);
            }
            catch (WaitlistBusyException)
            {
                return WaitlistAnswer.Busy;
            }
        }
        while (answer == WaitlistAnswer.Offered && (entry is null || await StillWaitsAsync(network, entry, cancellationToken)));
        return answer;
    }

    /// <summary>Holds an entry against what is open: whoever is first in line for each gets it, until the entry has a place itself.</summary>
    private async Task<bool> MatchAsync(Guid network, WaitlistEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.Skipped)
        {
            var programs = await database.ReadAsync(network, (db, ct) => OpenForAsync(db, entry, ct), cancellationToken);
            foreach (var program in programs)
            {
                var answer = await AskAsync(network, program, entry, cancellationToken);
                if (answer == WaitlistAnswer.Busy)
                {
                    return false;
                }

                if (!await StillWaitsAsync(network, entry, cancellationToken))
                {
                    return true;
                }
            }
        }

        // Only as it was found: when it went and came back meanwhile, it is held against what is open once more.
        await database.WriteAsync(
            network,
            WaitlistOffers.Actor,
            (db, ct) => db.WaitlistEntries.Where(e => e.Id == entry.Id && e.Version == entry.Version)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(e => e.MatchDue, false).SetProperty(e => e.Version, e => e.Version + 1), ct),
            cancellationToken);
        return true;
    }

    private Task<bool> StillWaitsAsync(Guid network, WaitlistEntry entry, CancellationToken cancellationToken) => database.ReadAsync(
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
