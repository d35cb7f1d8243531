using Microsoft.AspNetCore.Authorization;
using Platform.Shared.Security;

namespace Platform.Gateway.Routing;

/// <summary>Who may come through the gateway: every caller with a valid token that is not a service of the platform itself.</summary>
internal static class ExternalCallers
{
    public const string Policy = "external-callers";

    public static void AddPolicy(AuthorizationOptions options) => options.AddPolicy(
        Policy,
        policy => policy
            .RequireAuthenticatedUser()
            .RequireAssertion(context => CallerClaims.From(context.User) is { Role: not CallerRole.Service }));
}
