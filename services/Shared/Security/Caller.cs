using Platform.Shared.Errors;

namespace Platform.Shared.Security;

/// <summary>What a caller is; the <c>role</c> claim of its token.</summary>
public enum CallerRole
{
    /// <summary>A regional operator: many sites at once. Claim <c>operator</c>.</summary>
    Operator,

    /// <summary>A site administrator. Claim <c>site_admin</c>.</summary>
    SiteAdmin,

    /// <summary>A clinician. Claim <c>clinician</c>.</summary>
    Clinician,

    /// <summary>A payer, through the gateway. Claim <c>payer</c>.</summary>
    Payer,

    /// <summary>Another service of the platform. Claim <c>service</c>.</summary>
    Service,
}

/// <summary>Who calls: taken from a validated token and nothing else.</summary>
/// <param name="Subject">The <c>sub</c> claim.</param>
/// <param name="Role">The <c>role</c> claim.</param>
/// <param name="NetworkId">The <c>network</c> claim: the tenant.</param>
/// <param name="Sites">The <c>sites</c> claim: the sites that the caller sees; null for all of the network (<c>*</c>).</param>
/// <param name="PayerId">The <c>payer</c> claim; only a payer has one.</param>
public sealed record Caller(string Subject, CallerRole Role, Guid NetworkId, IReadOnlySet<Guid>? Sites, Guid? PayerId)
{
    /// <summary>Whether the caller may see what belongs to a site.</summary>
    public bool Sees(Guid siteId) => Sites is null || Sites.Contains(siteId);

    /// <summary>Answers as if it did not exist when the caller may not see the site that it belongs to.</summary>
    /// <param name="siteId">The site that it belongs to.</param>
    /// <param name="what">The field's word for it, such as <c>episode</c>.</param>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public void RequireSite(Guid siteId, string what)
    {
        if (!Sees(siteId))
        {
            throw DomainError.NotFound(what).ToException();
        }
    }

    /// <summary>Refuses a caller who sees single sites only, where something is of the whole network or of any of its sites.</summary>
    /// <exception cref="DomainException">PERMISSION_DENIED.</exception>
    public void RequireNetwork()
    {
        if (Sites is not null)
        {
            throw new DomainError(
                ErrorKind.PermissionDenied, "NETWORK_WIDE", "This is for the whole network, and the token is for single sites.").ToException();
        }
    }
}
