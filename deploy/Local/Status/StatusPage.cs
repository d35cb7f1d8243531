using System.Net;
using System.Text;
using Platform.Gateway;
using Platform.Gateway.Health;

namespace Platform.Local.Status;

/// <summary><c>GET /</c>: what runs, and what to try next.</summary>
internal static class StatusPage
{
    private static readonly (string Title, string Text, string Command)[] Steps =
    [
        ("Play a person's way from referral to payment", "Twelve steps through the gateway, each printed in plain words.",
            "dotnet run --project deploy/Local -- demo"),
        ("Import the made-up network", "A dozen sites around two cities; importing again changes nothing.",
            "dotnet run --project deploy/Local -- import deploy/Local/network/sites.csv"),
        ("List its sites", "Any RPC can be called this way, as any of the four roles.",
            "dotnet run --project deploy/Local -- call operator SiteService/ListSites '{\"withPrograms\":true}'"),
        ("Take a token", "For a client of your own: roles are operator, site_admin, clinician and payer.",
            "curl \"http://localhost:{http}/development/token?role=operator\""),
    ];

    public static void MapStatusPage(this IEndpointRouteBuilder routes, LocalPlatform platform) =>
        routes.MapGet("/", async (ServiceHealthProbe probe, CancellationToken cancellationToken) =>
        {
            var health = await Task.WhenAll(GatewayService.Services.Select(s => probe.CheckAsync(s, cancellationToken)));
            return Results.Content(Render(platform, health), "text/html; charset=utf-8");
        }).AllowAnonymous();

    private static string Render(LocalPlatform platform, IReadOnlyList<ServiceHealth> health)
    {
        var html = new StringBuilder(Head);
        html.Append("<main><h1>IOP operations platform</h1><p class=lead>")
            .Append(health.All(h => h.IsServing) ? "Everything is running." : "Something is not running.")
            .Append(" Development only: anyone who reaches this page can take a token.</p><h2>Services</h2><table><tbody>");
        foreach (var service in health)
        {
            html.Append("<tr><th scope=row>").Append(WebUtility.HtmlEncode(char.ToUpperInvariant(service.Service[0]) + service.Service[1..]))
                .Append("</th><td class=").Append(service.IsServing ? "up" : "down").Append('>')
                .Append(service.IsServing ? "running" : WebUtility.HtmlEncode(service.Status.ToLowerInvariant().Replace('_', ' ')))
                .Append("</td><td><a href=\"/health/").Append(service.Service).Append("\">/health/").Append(service.Service)
                .Append("</a></td></tr>");
        }

        html.Append("</tbody></table><p>gRPC for all four: <code>").Append(platform.Grpc.Authority)
            .Append("</code> (HTTP/2 without TLS; reflection is not passed through).</p><h2>What to try next</h2><ol>");
        foreach (var (title, text, command) in Steps)
        {
            html.Append("<li><h3>").Append(title).Append("</h3><p>").Append(text).Append("</p><pre>")
                .Append(WebUtility.HtmlEncode(command.Replace("{http}", $"{platform.Http.Port}", StringComparison.Ordinal)))
                .Append("</pre></li>");
        }

        return html.Append("</ol></main></body></html>").ToString();
    }

    private const string Head = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>IOP operations platform</title><style>
        :root{color-scheme:light dark;--line:#8884;--up:#1a7f37;--down:#b42318}
        body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:46rem;margin:3rem auto;padding:0 1.25rem}
        h1{font-size:1.75rem;margin:0}h2{font-size:1.15rem;margin:2.25rem 0 .75rem}h3{font-size:1rem;margin:0}.lead{margin:.25rem 0 0}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
        .up{color:var(--up);font-weight:600}.down{color:var(--down);font-weight:600}
        ol{padding-left:1.25rem}li{margin-bottom:1.25rem}li p{margin:.1rem 0 .4rem}
        pre{margin:0;padding:.7rem .9rem;border:1px solid var(--line);border-radius:.4rem;overflow-x:auto;font-size:.85rem}
        @media(prefers-color-scheme:dark){:root{--up:#4ac26b;--down:#ff8a80}}
        </style></head><body>
        """;
}
