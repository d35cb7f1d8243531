using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client;

/// <summary>A way to one server, over HTTP/2: in clear text for an <c>http</c> address, with TLS for <c>https</c>. Clients of
/// it share its connections; make one per server and keep it.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    /// <summary>What calls carry in <c>user-agent</c>.</summary>
    internal const string UserAgent = "grpc-dotnet-platform/1.0";

    // gRFC A8: a server may drop a client whose idle connection is pinged oftener than every five minutes.
    private static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromMinutes(5);

    private readonly GrpcChannelOptions _options;
    private readonly Uri _address;
    private readonly bool _ownsInvoker;
    private readonly RetryRules? _retryRules;
    private readonly ConcurrentDictionary<string, MethodSettings> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ICompressionProvider> _compression;
    private readonly CancellationTokenSource _stopped = new();
    private bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority)
    {
        _address = address;
        _options = options;
        IsSecure = CheckScheme(address, options.Credentials);
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.", nameof(options));
        }

        _retryRules = options.ServiceConfig is { } config ? new RetryRules(config, options.MaxRetryAttempts) : null;
        RetryThrottle = options.ServiceConfig?.RetryThrottling is { } throttling ? new RetryThrottle(throttling) : null;
        RetryBuffer = new RetryBuffer(options.MaxRetryBufferSize, options.MaxRetryBufferPerCallSize);

        var providers = options.CompressionProviders
            ?? [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];
        _compression = providers.ToDictionary(provider => provider.EncodingName, StringComparer.Ordinal);
        AcceptEncoding = string.Join(',', providers.Select(provider => provider.EncodingName).Prepend("identity"));

        var loggers = options.LoggerFactory ?? options.ServiceProvider?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        Logger = loggers.CreateLogger<GrpcChannel>();

        _ownsInvoker = options.HttpClient is null || options.DisposeHttpClient;
        Invoker = options.HttpClient
            ?? new HttpMessageInvoker(options.HttpHandler ?? CreateHandler(), disposeHandler: options.HttpHandler is null || options.DisposeHttpClient);
    }

    /// <summary>Whether calls go over TLS.</summary>
    internal bool IsSecure { get; }

    /// <summary>What sends the requests.</summary>
    internal HttpMessageInvoker Invoker { get; }

    /// <summary>The version of every request, exactly.</summary>
    internal Version HttpVersion { get; } = System.Net.HttpVersion.Version20;

    /// <summary>Where the channel logs to.</summary>
    internal ILogger Logger { get; }

    /// <summary>The value of <c>grpc-accept-encoding</c>.</summary>
    internal string AcceptEncoding { get; }

    /// <summary>Cancelled when the channel is disposed.</summary>
    internal CancellationToken Stopped => _stopped.Token;

    /// <summary>What sent messages that are kept for retries are counted against.</summary>
    internal RetryBuffer RetryBuffer { get; }

    /// <summary>Stops retries while too many calls fail; null when the service configuration asks for none.</summary>
    internal RetryThrottle? RetryThrottle { get; }

    /// <summary>The largest message sent, in bytes; null is no limit.</summary>
    internal int? MaxSendMessageSize => _options.MaxSendMessageSize;

    /// <summary>The largest message taken, in bytes; null is no limit.</summary>
    internal int? MaxReceiveMessageSize => _options.MaxReceiveMessageSize;

    /// <summary>Whether cancelled calls throw <see cref="OperationCanceledException"/>.</summary>
    internal bool ThrowOperationCanceledOnCancellation => _options.ThrowOperationCanceledOnCancellation;

    /// <summary>Makes a channel with default settings.</summary>
    /// <exception cref="UriFormatException">The address is not an absolute URI.</exception>
    /// <exception cref="InvalidOperationException">Its scheme is neither <c>http</c> nor <c>https</c>.</exception>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>Makes a channel.</summary>
    /// <exception cref="UriFormatException">The address is not an absolute URI.</exception>
    /// <exception cref="InvalidOperationException">The scheme is neither <c>http</c> nor <c>https</c>, the credentials do not
    /// fit it, or the service configuration is out of range.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    /// <summary>Makes a channel with default settings.</summary>
    /// <exception cref="InvalidOperationException">The scheme is neither <c>http</c> nor <c>https</c>.</exception>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>Makes a channel.</summary>
    /// <exception cref="InvalidOperationException">The scheme is neither <c>http</c> nor <c>https</c>, the credentials do not
    /// fit it, or the service configuration is out of range.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    /// <summary>Makes what clients make their calls with.</summary>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new HttpClientCallInvoker(this);
    }

    /// <summary>Cancels the calls under way and closes the connections.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stopped.Cancel();
        if (_ownsInvoker)
        {
            Invoker.Dispose();
        }

        _stopped.Dispose();
    }

    /// <summary>What is known about a method.</summary>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    internal MethodSettings Settings(IMethod method)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _settings.TryGetValue(method.FullName, out var settings)
            ? settings
            : _settings.GetOrAdd(
                method.FullName,
                new MethodSettings(new Uri(_address, method.FullName), _retryRules?.Find(method.ServiceName, method.Name)));
    }

    /// <summary>The provider of an encoding; null for one that the channel does not know.</summary>
    internal ICompressionProvider? FindCompression(string encoding) => _compression.GetValueOrDefault(encoding);

    /// <summary>The nth wait between attempts to connect.</summary>
    internal TimeSpan ReconnectBackoff(double multiplier, int n)
    {
        var milliseconds = _options.InitialReconnectBackoff.TotalMilliseconds * Math.Pow(multiplier, n);
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, (_options.MaxReconnectBackoff ?? TimeSpan.FromDays(1)).TotalMilliseconds));
    }

    /// <summary>Adds what the channel's and the call's credentials give. Without TLS they are left out, unless the channel
    /// was told to send them all the same.</summary>
    internal async ValueTask AddCredentialsAsync(IMethod method, CallCredentials? ofCall, HttpRequestHeaders fields, CancellationToken cancellationToken)
    {
        var ofChannel = _options.Credentials?.CallCredentials;
        if ((ofChannel is null && ofCall is null) || !(IsSecure || _options.UnsafeUseInsecureChannelCallCredentials))
        {
            return;
        }

        var context = new AuthInterceptorContext($"{_address.Scheme}://{_address.Authority}/{method.ServiceName}", method.Name, cancellationToken);
        foreach (var credentials in new[] { ofChannel, ofCall })
        {
            foreach (var interceptor in credentials?.Interceptors ?? [])
            {
                var metadata = new Metadata();
                await interceptor(context, metadata);
                HeaderMetadata.Write(metadata, fields);
            }
        }
    }

    /// <summary>The handler of a channel that was given none.</summary>
    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = KeepAlivePingDelay,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        UseCookies = false,
    };

    private static bool CheckScheme(Uri address, ChannelCredentials? credentials)
    {
        var secure = address.IsAbsoluteUri && address.Scheme == Uri.UriSchemeHttps;
        if (!secure && !(address.IsAbsoluteUri && address.Scheme == Uri.UriSchemeHttp))
        {
            throw new InvalidOperationException($"The address '{address}' has neither the scheme http nor https.");
        }

        return credentials is null || credentials.IsSecure == secure
            ? secure
            : throw new InvalidOperationException(
                $"Channel is configured with {(credentials.IsSecure ? "secure" : "insecure")} channel credentials and can't use a HttpClient with a '{address.Scheme}' scheme.");
    }
}
