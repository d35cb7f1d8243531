using Platform.Shared.Security;

namespace Platform.Local.Identity;

/// <summary>
/// <c>GET /development/token?role=operator</c>: a token as text. Optional: <c>subject</c>, <c>site</c> (repeated), <c>payer</c>
/// (required for a payer), <c>network</c>.
/// </summary>
internal static class DevelopmentTokenRoutes
{
    public static void MapDevelopmentTokens(this IEndpointRouteBuilder routes, DevelopmentIssuer issuer) =>
        routes.MapGet("/development/token", (string role, string? subject, Guid[]? site, Guid? payer, Guid? network) =>
        {
            if (!RoleNames.TryParse(role, out var known) || known == CallerRole.Service)
            {
                return Results.Text("role must be operator, site_admin, clinician or payer\n", statusCode: 400);
            }

            if (known == CallerRole.Payer && payer is null)
            {
                return Results.Text("a payer's token needs payer=ID, as PayerService/ListPayers gives it\n", statusCode: 400);
            }

            var identity = known switch
            {
                CallerRole.Operator => DevelopmentIdentity.Operator,
                CallerRole.SiteAdmin => DevelopmentIdentity.SiteAdmin,
                CallerRole.Clinician => DevelopmentIdentity.Clinician,
                _ => DevelopmentIdentity.Payer(payer!.Value),
            };
            return Results.Text(issuer.TokenFor(identity with
            {
                Subject = subject ?? identity.Subject,
                Sites = site is { Length: > 0 } ? site : null,
                Network = network ?? identity.Network,
            }));
        }).AllowAnonymous();
}
