using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.RulePacks;
using Platform.Shared.Security;
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
        Scope =
        {
            pack.Scope
                .OrderBy(dimension => dimension.Key, StringComparer.Ordinal)
                .Select(dimension => new V1.RulePackScope { Dimension = dimension.Key, Values = { dimension.Value } }),
        },
        Sections = { CareRulePacks.Format.SectionsOf(pack) },
    };

    /// <summary>A pack of the network's own.</summary>
    public static V1.RulePack Of(NetworkRulePack row)
    {
        var message = Of(row.Read());
        message.Shipped = false;
        message.Status = (V1.RulePackStatus)row.Status;
        message.ProposedBy = row.ProposedBy;
        message.ProposedAt = row.ProposedAt.ToTimestamp();
        message.ChangedBy = row.ChangedBy;
        message.Reason = row.Reason;
        message.Etag = Etag.Of(row.Version);
        return message;
    }

    /// <summary>Refuses a caller who sees single sites only: packs hold for the whole network.</summary>
    /// <exception cref="DomainException">PERMISSION_DENIED.</exception>
    public static void RequireNetwork(this Caller caller)
    {
        if (caller.Sites is not null)
        {
            throw new DomainError(
                ErrorKind.PermissionDenied, "NETWORK_WIDE", "Rule packs hold for the whole network; this token is for single sites.").ToException();
        }
    }
}
