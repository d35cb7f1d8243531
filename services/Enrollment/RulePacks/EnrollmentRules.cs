using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>
/// The rules of a network: the packs that the service carries and those that the network activated. Each transaction asks the
/// store for the number of the last change, one row by its key, and reads packs only when there was one; so an activation holds
/// in every process from its commit on, and a decision is made under the packs before it or after it and never under some of each.
/// </summary>
internal sealed class EnrollmentRules(ILogger<EnrollmentRules> logger)
{
    private readonly ConcurrentDictionary<Guid, KnownRules> _known = new();

    /// <summary>The rules that hold in a transaction; not for one that changes packs, whose changes nobody else may be given.</summary>
    public async Task<RulePackSet<CareRules>> ForAsync(EnrollmentDbContext db, CancellationToken cancellationToken) =>
        db.Rules ??= await ReadChangedAsync(db, cancellationToken);

    /// <summary>Takes the number of the last change, which was read with something else: then it need not be asked for.</summary>
    public void Use(EnrollmentDbContext db, long changes) => db.Rules ??= Known(db.NetworkId, changes);

    private async Task<RulePackSet<CareRules>> ReadChangedAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var version = await db.RulePackHeads.Select(h => h.Version).SingleOrDefaultAsync(cancellationToken);
        if (Known(db.NetworkId, version) is { } set)
        {
            return set;
        }

        var known = await ReadAsync(db, cancellationToken);
        _known[db.NetworkId] = known;
        foreach (var pack in known.Set.Unusable)
        {
            logger.LogWarning("Rule pack {Pack} of network {Network} cannot be used: {Problem}", pack.Id, db.NetworkId, pack.Problem);
        }

        return known.Set;
    }

    /// <summary>The rules of a network after so many changes; null when this process has not read them yet.</summary>
    public RulePackSet<CareRules>? Known(Guid networkId, long changes) =>
        changes == 0 ? CareRulePacks.Shipped
        : _known.TryGetValue(networkId, out var known) && known.Changes == changes ? known.Set
        : null;

    /// <summary>One statement, and so one view: a number of changes and the packs after exactly those.</summary>
    private static async Task<KnownRules> ReadAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var rows = await (
            from head in db.RulePackHeads
            join pack in db.NetworkRulePacks.Where(p => p.Status == RulePackStatus.Active) on head.NetworkId equals pack.NetworkId into packs
            from pack in packs.DefaultIfEmpty()
            select new { head.Version, Pack = pack }).AsNoTracking().ToListAsync(cancellationToken);
        return rows.Count == 0
            ? new KnownRules(0, CareRulePacks.Shipped)
            : new KnownRules(rows[0].Version, CareRulePacks.ShippedWith(rows.Where(row => row.Pack is not null).Select(row => row.Pack!)));
    }

    private sealed record KnownRules(long Changes, RulePackSet<CareRules> Set);
}
