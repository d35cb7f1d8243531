using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Options of all services, or of one.</summary>
public class GrpcServiceOptions
{
    internal const int DefaultReceiveMaxMessageSize = 4 * 1024 * 1024;

    private List<ICompressionProvider>? _compressionProviders;
    private InterceptorCollection? _interceptors;
    private int? _maxReceiveMessageSize;
    private int? _maxSendMessageSize;

    /// <summary>The largest message that is sent, in bytes; null for no limit.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set
        {
            _maxSendMessageSize = value;
            MaxSendMessageSizeSpecified = true;
        }
    }

    /// <summary>The largest message that is received, in bytes; null for no limit. 4 MiB unless set.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set
        {
            _maxReceiveMessageSize = value;
            MaxReceiveMessageSizeSpecified = true;
        }
    }

    /// <summary>Whether the text of an unexpected exception is sent to the caller.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The encoding of responses, such as <c>gzip</c>; used for callers that accept it. Null for none.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard responses are compressed.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>The encodings that can be used; gzip and deflate unless changed.</summary>
    public IList<ICompressionProvider> CompressionProviders
    {
        get => _compressionProviders ??= [];
        set => _compressionProviders = [.. value];
    }

    /// <summary>The interceptors of calls, the outermost first.</summary>
    public InterceptorCollection Interceptors => _interceptors ??= [];

    /// <summary>Whether requests for unknown services and methods are left to other endpoints instead of answered UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    internal bool MaxSendMessageSizeSpecified { get; private set; }

    internal bool MaxReceiveMessageSizeSpecified { get; private set; }


}

/// <summary>Options of one service, over those of all.</summary>
/// <typeparam name="TService">The service's class.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
