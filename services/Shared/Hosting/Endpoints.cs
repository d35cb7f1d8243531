using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Platform.Shared.Hosting;

/// <summary>
/// The two ports of a process. <c>Kestrel:Endpoints</c>, where it is set, decides alone. This runs while the host is built, before
/// the settings are checked; what cannot work is left out here and refused there.
/// </summary>
internal static class Endpoints
{
    public static void Use(IWebHostBuilder host) => host.ConfigureKestrel((context, kestrel) =>
    {
        kestrel.AddServerHeader = false;
        if (context.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            return;
        }

        PlatformOptions options;
        try
        {
            options = context.Configuration.GetSection(PlatformOptions.Section).Get<PlatformOptions>() ?? new PlatformOptions();
        }
        catch (InvalidOperationException)
        {
            return;
        }

        var certificate = options.Tls.CertificatePath.Length == 0 ? null : options.Tls.Load();
        Listen(options.GrpcPort, HttpProtocols.Http2);
        Listen(options.HttpPort, options.Tls.Enabled ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1);

        void Listen(int port, HttpProtocols protocols)
        {
            if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            {
                return;
            }

            if (IPAddress.TryParse(options.Address, out var address))
            {
                kestrel.Listen(address, port, Configure);
            }
            else
            {
                kestrel.ListenAnyIP(port, Configure);
            }

            void Configure(ListenOptions endpoint)
            {
                endpoint.Protocols = protocols;
                if (!options.Tls.Enabled)
                {
                    return;
                }

                if (certificate is null)
                {
                    endpoint.UseHttps();
                }
                else
                {
                    endpoint.UseHttps(certificate);
                }
            }
        }
    });
}
