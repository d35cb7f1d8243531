using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The options of a service's methods: what the service sets, over what all services are set to.</summary>
internal sealed class MethodOptions
{
    public MethodOptions(GrpcServiceOptions all, GrpcServiceOptions service)
    {
        MaxReceiveMessageSize = service.MaxReceiveMessageSizeSpecified ? service.MaxReceiveMessageSize : all.MaxReceiveMessageSize;
        MaxSendMessageSize = service.MaxSendMessageSizeSpecified ? service.MaxSendMessageSize : all.MaxSendMessageSize;
        EnableDetailedErrors = service.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false;
        IgnoreUnknownServices = service.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false;
        ResponseCompressionAlgorithm = service.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        ResponseCompressionLevel = service.ResponseCompressionLevel ?? all.ResponseCompressionLevel;
        Interceptors = [.. all.Interceptors, .. service.Interceptors];

        // A service's own provider takes the place of the common one of the same encoding.
        foreach (var provider in all.CompressionProviders.Concat(service.CompressionProviders))
        {
            _compressionProviders[provider.EncodingName] = provider;
        }

        AcceptedEncodings = string.Join(',', _compressionProviders.Keys.Prepend(GrpcProtocol.IdentityEncoding));
        if (ResponseCompressionAlgorithm is { } algorithm && FindCompression(algorithm) is null && algorithm != GrpcProtocol.IdentityEncoding)
        {
            throw new InvalidOperationException($"The configured response compression algorithm '{algorithm}' does not have a matching compression provider.");
        }
    }

    private readonly Dictionary<string, ICompressionProvider> _compressionProviders = new(StringComparer.Ordinal);

    public int? MaxReceiveMessageSize { get; }

    public int? MaxSendMessageSize { get; }

    public bool EnableDetailedErrors { get; }

    public bool IgnoreUnknownServices { get; }

    public string? ResponseCompressionAlgorithm { get; }

    public CompressionLevel? ResponseCompressionLevel { get; }

    public IReadOnlyList<InterceptorRegistration> Interceptors { get; }

    /// <summary>What the server can read, as the value of <c>grpc-accept-encoding</c>.</summary>
    public string AcceptedEncodings { get; }

    public ICompressionProvider? FindCompression(string encoding) => _compressionProviders.GetValueOrDefault(encoding);
}
