using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Platform.Shared.Errors;

namespace Platform.Shared.Security;

/// <summary>Reads the <see cref="Caller"/> out of a validated token.</summary>
public static class CallerClaims
{
    /// <summary>Name of the claim that carries the role.</summary>
    public const string Role = "role";

    /// <summary>Name of the claim that carries the network (tenant), a UUID.</summary>
    public const string Network = "network";

    /// <summary>Name of the claim that carries the sites: UUIDs, or one <c>*</c> for all of the network.</summary>
    public const string Sites = "sites";

    /// <summary>Name of the claim that carries the payer, a UUID.</summary>
    public const string Payer = "payer";

    /// <summary>The caller of an RPC.</summary>
    /// <exception cref="DomainException">UNAUTHENTICATED: no token.</exception>
    public static Caller GetCaller(this ServerCallContext context) => context.GetHttpContext().GetCaller();

    /// <summary>The caller of an HTTP request.</summary>
    /// <exception cref="DomainException">UNAUTHENTICATED: no token.</exception>
    public static Caller GetCaller(this HttpContext context) =>
        From(context.User)
        ?? throw new DomainError(ErrorKind.Unauthenticated, "TOKEN_REQUIRED", "A bearer token is required.").ToException();

    /// <summary>The caller that a token speaks for; null when a claim that is needed is absent or malformed.</summary>
    public static Caller? From(ClaimsPrincipal principal)
    {
        var subject = principal.FindFirst("sub")?.Value;
        var roles = principal.FindAll(Role).ToList();

        // One role only: a policy asks whether a role is among them, and must not mean another one than the code that follows.
        if (string.IsNullOrEmpty(subject)
            || roles.Count != 1
            || !RoleNames.TryParse(roles[0].Value, out var role)
            || !Guid.TryParse(principal.FindFirst(Network)?.Value, out var network)
            || network == Guid.Empty)
        {
            return null;
        }

        var payer = Guid.TryParse(principal.FindFirst(Payer)?.Value, out var payerId) ? payerId : (Guid?)null;
        if (role == CallerRole.Payer && payer is null)
        {
            return null;
        }

        var sites = principal.FindAll(Sites).Select(claim => claim.Value).ToList();
        if (sites is ["*"])
        {
            return new Caller(subject, role, network, Sites: null, payer);
        }

        var ids = new HashSet<Guid>();
        foreach (var site in sites)
        {
            if (!Guid.TryParse(site, out var id))
            {
                return null;
            }

            ids.Add(id);
        }

        return new Caller(subject, role, network, ids, payer);
    }
}
