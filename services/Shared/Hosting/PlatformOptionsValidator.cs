using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Platform.Shared.Hosting;

/// <summary>Refuses settings that cannot work, one line for each problem.</summary>
internal sealed class PlatformOptionsValidator(
    IConfiguration configuration, IHostEnvironment environment, IEnumerable<UsedConnection> connections,
    IEnumerable<UsedService> services)
    : IValidateOptions<PlatformOptions>
{
    public ValidateOptionsResult Validate(string? name, PlatformOptions options)
    {
        var problems = new List<string>();
        Port(options.GrpcPort, nameof(options.GrpcPort));
        Port(options.HttpPort, nameof(options.HttpPort));
        if (options.GrpcPort == options.HttpPort && options.GrpcPort != 0)
        {
            problems.Add($"Platform:GrpcPort and Platform:HttpPort are both {options.GrpcPort}; they must differ.");
        }

        if (options.Address.Length > 0 && !IPAddress.TryParse(options.Address, out _))
        {
            problems.Add($"Platform:Address '{options.Address}' is not an IP address.");
        }

        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            problems.Add("Platform:DataDirectory is empty.");
        }

        if (options.ShutdownSeconds is < 0 or > 600)
        {
            problems.Add("Platform:ShutdownSeconds must be from 0 to 600.");
        }

        if ((options.Tls.CertificatePath.Length > 0 || options.Tls.KeyPath.Length > 0) && options.Tls.Load() is null)
        {
            problems.Add("Platform:Tls:CertificatePath and Platform:Tls:KeyPath cannot be read as the PEM files of a certificate and its key.");
        }

        if (environment.IsProduction() && !options.Embedded)
        {
            problems.AddRange(connections
                .Select(connection => connection.Name)
                .Distinct(StringComparer.Ordinal)
                .Where(connection => string.IsNullOrWhiteSpace(configuration.GetConnectionString(connection)))
                .Select(connection =>
                    $"ConnectionStrings:{connection} is not set. Set it, or say Platform:Embedded=true to run that part inside the process."));
        }

        problems.AddRange(services
            .Select(service => service.Setting)
            .Distinct(StringComparer.Ordinal)
            .Where(setting => !Uri.TryCreate(configuration[setting], UriKind.Absolute, out var address)
                || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            .Select(setting => $"{setting} is not set to an address such as http://host:8081."));

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Port(int port, string setting)
        {
            if (port is < 0 or > IPEndPoint.MaxPort)
            {
                problems.Add($"Platform:{setting} must be from 0 (any free port) to {IPEndPoint.MaxPort}, not {port}.");
            }
        }
    }
}
