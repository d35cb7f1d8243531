using Microsoft.AspNetCore.Authorization;

namespace Platform.Shared.Security;

/// <summary>
/// The policy of an RPC, declared on its method: which roles may call it. A token is always required; which sites and which
/// payer's rows a caller sees is decided on the row.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowAttribute : AuthorizeAttribute
{
    /// <summary>Allows the given roles and no other.</summary>
    public AllowAttribute(params CallerRole[] roles)
    {
        CallerRoles = roles;
        Roles = string.Join(',', roles.Select(RoleNames.Of));
    }

    /// <summary>The roles.</summary>
    public IReadOnlyList<CallerRole> CallerRoles { get; }
}
