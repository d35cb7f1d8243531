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
            try
            {
                var identity = DevelopmentIdentity.Of(role, payer);
                return Results.Text(issuer.TokenFor(identity with
                {
                    Subject = subject ?? identity.Subject,
                    Sites = site is { Length: > 0 } ? site : null,
                    Network = network ?? identity.Network,
                }));
            }
            catch (InvalidOperationException e)
            {
                return Results.Text($"{e.Message}\n", statusCode: StatusCodes.Status400BadRequest);
            }
        }).AllowAnonymous();
}
