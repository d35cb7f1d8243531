using Platform.Shared.Security;

namespace Platform.Billing.Payers;

/// <summary>What a payer sees: what is its own, whatever the site. Others see what is of their sites, whatever the payer.</summary>
internal static class PayerScope
{
    /// <summary>Whether the caller may see what belongs to a payer; only a payer is bound to one.</summary>
    public static bool SeesPayer(this Caller caller, Guid payerId) => caller.Role != CallerRole.Payer || caller.PayerId == payerId;

    /// <summary>Whether the caller may see what belongs to a site; a payer is bound to none.</summary>
    public static bool SeesSiteOf(this Caller caller, Guid siteId) => caller.Role == CallerRole.Payer || caller.Sees(siteId);

    /// <summary>Refuses who sees single sites only, where something is of any site; a payer sees its own of all of them.</summary>
    /// <exception cref="Shared.Errors.DomainException">PERMISSION_DENIED.</exception>
    public static void RequireNetworkOrPayer(this Caller caller)
    {
        if (caller.Role != CallerRole.Payer)
        {
            caller.RequireNetwork();
        }
    }
}
