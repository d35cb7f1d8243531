using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>
/// The rules of a network: the packs that the service carries and those that the network activated. Each transaction asks the
/// store for the number of the last change, one row by its key, and reads packs only when there was one; so an activation holds
/// in every process from its commit on, and a decision is made under the packs before it or after it and never under some of each.
/// </summary>
internal sealed class EnrollmentRules
{
    private readonly ConcurrentDictionary<Guid, Known> _known = new();

    /// <summary>The rules that hold in a transaction. Whoever changes packs in it reads them with <see cref="ReadAsync"/> instead.</summary>
    public async Task<RulePackSet<CareRules>> ForAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var version = await db.RulePackHeads.Select(h => h.Version).SingleOrDefaultAsync(cancellationToken);
        if (version == 0)
        {
            return CareRulePacks.Shipped;
        }

        if (_known.TryGetValue(db.NetworkId, out var known) && known.Version == version)
        {
            return known.Set;
        }

        known = await ReadKnownAsync(db, cancellationToken);
        _known[db.NetworkId] = known;
        return known.Set;
    }

    /// <summary>The rules as this transaction sees and maybe changed them; nobody else is given them.</summary>
    public static async Task<RulePackSet<CareRules>> ReadAsync(EnrollmentDbContext db, CancellationToken cancellationToken) =>
        (await ReadKnownAsync(db, cancellationToken)).Set;

    /// <summary>One statement, and so one view: a number of changes and the packs after exactly those.</summary>
    private static async Task<Known> ReadKnownAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var head = await db.RulePackHeads
            .AsNoTracking()
            .Select(h => new
            {
                h.Version,
                Packs = db.NetworkRulePacks.Where(p => p.Status == RulePackStatus.Active).ToList(),
            })
            .AsSingleQuery()
            .SingleOrDefaultAsync(cancellationToken);
        return head is null
            ? new Known(0, CareRulePacks.Shipped)
            : new Known(head.Version, CareRulePacks.Shipped.With(head.Packs.Select(pack => pack.Read())));
    }

    private sealed record Known(long Version, RulePackSet<CareRules> Set);
}
