using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Paging;
using Platform.Shared.RulePacks;
using Platform.Shared.Time;

namespace Platform.Enrollment.RulePacks;

/// <summary>Rule packs as the API shows them.</summary>
internal static class RulePackMessages
{
    /// <summary>A pack that the service carries.</summary>
    public static V1.RulePack Of(RulePack<CareRules> pack) => new()
    {
        Pack = pack.Id,
        Name = pack.Name,
        Version = pack.Version,
        Shipped = true,
        Status = V1.RulePackStatus.Active,
        EffectiveFrom = pack.EffectiveFrom.ToIso(),
        EffectiveTo = pack.EffectiveTo.ToIso(),
        Scope = { ScopeOf(pack.Scope) },
        Sections = { CareRulePacks.Format.SectionsOf(pack) },
    };

    /// <summary>A pack of the network's own.</summary>
    public static V1.RulePack Of(NetworkRulePack row)
    {
        // Of one that this version cannot read, what can be said of it.
        var frame = CareRulePacks.ShippedWith([row]).Unusable is [var unusable] ? unusable : row.Unusable(string.Empty);
        return new V1.RulePack
        {
            Pack = frame.Id,
            Name = row.Name,
            Version = row.Number,
            Status = (V1.RulePackStatus)row.Status,
            EffectiveFrom = row.EffectiveFrom.ToIso(),
            EffectiveTo = row.EffectiveTo.ToIso(),
            Scope = { ScopeOf(frame.Scope) },
            Sections = { frame.Sections },
            ProposedBy = row.ProposedBy,
            ProposedAt = row.ProposedAt.ToTimestamp(),
            ChangedBy = row.ChangedBy,
            Reason = row.Reason,
            Etag = Etag.Of(row.Version),
            Problem = frame.Problem,
        };
    }

    private static IEnumerable<V1.RulePackScope> ScopeOf(IReadOnlyDictionary<string, IReadOnlyList<string>> scope) => scope
        .OrderBy(dimension => dimension.Key, StringComparer.Ordinal)
        .Select(dimension => new V1.RulePackScope { Dimension = dimension.Key, Values = { dimension.Value } });
}
