using System.Globalization;

namespace Platform.Local;

/// <summary>Where the local platform listens and keeps its data.</summary>
/// <param name="HttpPort">Port of the gateway's HTTP.</param>
/// <param name="GrpcPort">Port of the gateway's gRPC.</param>
/// <param name="DataDirectory">Folder of the embedded stores.</param>
/// <param name="Environment">Must be Development.</param>
public sealed record LocalOptions(int HttpPort, int GrpcPort, string DataDirectory, string Environment)
{
    /// <summary>
    /// Ports 8080 and 8081 and the folder <c>data</c> here, unless <c>PLATFORM_HTTP_PORT</c>, <c>PLATFORM_GRPC_PORT</c> or
    /// <c>PLATFORM_DATA</c> say otherwise; the environment of <c>ASPNETCORE_ENVIRONMENT</c>, or Development.
    /// </summary>
    public static LocalOptions FromEnvironment() => new(
        Port("PLATFORM_HTTP_PORT", 8080),
        Port("PLATFORM_GRPC_PORT", 8081),
        Path.GetFullPath(Variable("PLATFORM_DATA") ?? "data"),
        Variable("ASPNETCORE_ENVIRONMENT") ?? Environments.Development);

    private static int Port(string name, int otherwise) =>
        Variable(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port
        : throw new InvalidOperationException($"{name} must be a port number, not '{text}'.");

    private static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name);
}
