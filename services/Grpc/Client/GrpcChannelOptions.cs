using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>Settings of a <see cref="GrpcChannel"/>.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Channel credentials, with call credentials when composed; by default they follow from the address:
    /// <c>https</c> is secure, <c>http</c> is not.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>The largest message sent, in bytes before compression; <see langword="null"/> (the default) is no limit.
    /// A larger one fails its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>The largest message taken, in bytes before and after decompression; 4 MiB by default,
    /// <see langword="null"/> is no limit. A larger one fails its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Caps <see cref="RetryPolicy.MaxAttempts"/> of every method; 5 by default (gRFC A6),
    /// <see langword="null"/> is no cap.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>Bytes of sent messages that all the channel's calls may keep for a retry; 16 MiB by default. A call that
    /// does not fit is not retried any more.</summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of sent messages that one call may keep for a retry; 1 MiB by default.</summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    /// <summary>The first wait between attempts to connect of a call that waits for ready; 1 s by default.</summary>
    public TimeSpan InitialReconnectBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between attempts to connect of a call that waits for ready; 2 min by default,
    /// <see langword="null"/> is no limit.</summary>
    public TimeSpan? MaxReconnectBackoff { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Encodings that messages can be sent and taken in; gzip and deflate by default.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    /// <summary>The HTTP client to send with. Not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The HTTP handler to send with; by default the channel makes its own.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes the given client or handler; a handler that the channel made
    /// itself is always disposed.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a call that was cancelled or ran out of time throws <see cref="OperationCanceledException"/> rather
    /// than <see cref="RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials are sent over a connection without TLS.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>Retry settings; none by default.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>Where the channel logs to; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Where the channel looks for a logger factory that was not given.</summary>
    public IServiceProvider? ServiceProvider { get; set; }
}
