using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call over an HTTP request. Three things may want to end it at once: the handler that returns, the handler that throws
/// and the deadline. Whoever sets the end first, under the gate, writes the status; writes of messages take the same gate, so
/// none can follow the trailers.
/// </summary>
internal sealed class HttpContextServerCallContext : ServerCallContext, IServerCallContextFeature
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private bool _headersWritten;
    private bool _messageWritten;
    private bool _ended;
    private bool _expired;

    public HttpContextServerCallContext(HttpContext httpContext, MethodOptions options, ILogger logger)
    {
        HttpContext = httpContext;
        Options = options;
        _logger = logger;
        Reader = new MessageReader(httpContext.Request.BodyReader, options.MaxReceiveMessageSize);
        Writer = new MessageWriter(httpContext.Response.BodyWriter, options.MaxSendMessageSize, options.ResponseCompressionLevel);
    }

    public HttpContext HttpContext { get; }

    public MethodOptions Options { get; }

    public MessageReader Reader { get; }

    /// <summary>For reads of the request body: those end with the request by themselves, so a token is only needed when there
    /// is a deadline.</summary>
    public CancellationToken ReadCancellation => _deadline?.Token ?? CancellationToken.None;

    ServerCallContext IServerCallContextFeature.ServerCallContext => this;

    protected override string MethodCore => HttpContext.Request.Path.Value!;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
                var address => $"ipv4:{address}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline?.At ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= MetadataHeaders.Read(HttpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= ReadAuthContext(HttpContext.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    private MessageWriter Writer { get; }

    // The token follows a moment after the deadline has ended the call.
    private bool IsCancelled => _expired || CancellationToken.IsCancellationRequested;

    /// <summary>Reads what the request's headers say about the call.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: the request's encoding is not supported.</exception>
    public void Begin()
    {
        var request = HttpContext.Request.Headers;
        HttpContext.Response.ContentType = GrpcProtocol.ContentType;
        if (request.TryGetValue(GrpcProtocol.TimeoutHeader, out var timeoutText))
        {
            BeginDeadline(timeoutText.ToString());
        }

        if (request.TryGetValue(GrpcProtocol.EncodingHeader, out var encoding) && encoding != GrpcProtocol.IdentityEncoding)
        {
            Reader.Decompression = Options.FindCompression(encoding.ToString()) ?? throw UnsupportedEncoding(encoding.ToString());
        }

        if (Options.ResponseCompressionAlgorithm is { } algorithm)
        {
            SetResponseEncoding(algorithm);
        }
    }

    /// <summary>Writes a message to the response's pipe, without flushing it.</summary>
    /// <exception cref="OperationCanceledException">The deadline passed.</exception>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public void WriteMessage<T>(T message, Action<T, SerializationContext> serializer)
    {
        lock (_gate)
        {
            Write(message, serializer);
        }
    }

    /// <summary>Writes a message and begins to flush it, both before anything else can end the call.</summary>
    /// <exception cref="OperationCanceledException">The deadline passed.</exception>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public ValueTask<FlushResult> WriteAndFlushMessage<T>(T message, Action<T, SerializationContext> serializer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Write(message, serializer);
            return HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Takes over how a handler failed.</summary>
    public void Fail(Exception exception)
    {
        if (exception is RpcException rpcException)
        {
            GrpcServerLog.RpcConnectionError(_logger, rpcException.StatusCode, rpcException.Status.Detail, rpcException.Status.DebugException);
            lock (_gate)
            {
                StatusCore = rpcException.Status;
                foreach (var entry in rpcException.Trailers)
                {
                    ResponseTrailersCore.Add(entry);
                }
            }

            return;
        }

        // A client that goes away is no fault of the handler.
        if (exception is ConnectionResetException or ConnectionAbortedException ||
            (exception is OperationCanceledException or IOException && IsCancelled))
        {
            GrpcServerLog.ServiceMethodCanceled(_logger, MethodCore, exception);
        }
        else
        {
            GrpcServerLog.ErrorExecutingServiceMethod(_logger, MethodCore, exception);
        }

        lock (_gate)
        {
            const string Text = "Exception was thrown by handler.";
            StatusCore = new Status(
                StatusCode.Unknown,
                Options.EnableDetailedErrors ? $"{Text} {Describe(exception)}" : Text,
                exception);
        }
    }

    /// <summary>Ends the call with its status, or waits until the deadline that came first has done so.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return _deadline!.Done;
            }

            _ended = true;
            WriteStatus(StatusCore);
        }

        _deadline?.Stop();
        return Task.CompletedTask;
    }

    /// <summary>Ends the call because its deadline passed; false when it had ended before.</summary>
    public bool TryEndByDeadline(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _ended = _expired = true;
            StatusCore = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
            WriteStatus(StatusCore);
        }

        GrpcServerLog.DeadlineExceeded(_logger, timeout);
        return true;
    }

    public void LogDeadlineError(Exception exception) => GrpcServerLog.DeadlineCancellationError(_logger, exception);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        var response = HttpContext.Response;
        lock (_gate)
        {
            if (_headersWritten || _messageWritten || _ended || response.HasStarted)
            {
                throw new InvalidOperationException("Response headers can only be sent once per call.");
            }

            _headersWritten = true;
            var sent = new Metadata();
            foreach (var entry in responseHeaders)
            {
                if (entry.Key == GrpcProtocol.EncodingRequestHeader)
                {
                    SetResponseEncoding(entry.Value);
                }
                else
                {
                    sent.Add(entry);
                }
            }

            MetadataHeaders.Write(sent, response.Headers);
        }

        return response.BodyWriter.FlushAsync().AsTask();
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Calls made by a handler take over its deadline and cancellation by EnableCallContextPropagation of the client factory.");

    private void Write<T>(T message, Action<T, SerializationContext> serializer)
    {
        if (_ended)
        {
            throw _expired
                ? new OperationCanceledException("Can't write the message because the deadline passed.", _deadline!.Token)
                : new InvalidOperationException("Can't write the message because the request is complete.");
        }

        Writer.Write(message, serializer, WriteOptionsCore?.Flags ?? default);
        _messageWritten = true;
    }

    private static AuthContext ReadAuthContext(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (certificate is null)
        {
            return new AuthContext(null, properties);
        }

        string? identity = null;
        Add("x509_subject_alternative_name", [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())]);
        Add("x509_common_name", [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]);
        return new AuthContext(identity, properties);

        // The alternative names are the identity, and the common name where there are none (RFC 6125, 6.4.4).
        void Add(string name, List<string> values)
        {
            values.RemoveAll(string.IsNullOrEmpty);
            if (values.Count > 0)
            {
                properties[name] = values.ConvertAll(value => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value)));
                identity ??= name;
            }
        }
    }

    private static string Describe(Exception exception)
    {
        var text = new StringBuilder();
        for (var current = exception; current is not null; current = current.InnerException)
        {
            text.Append(text.Length > 0 ? " " : "").Append(current.GetType().Name).Append(": ").Append(current.Message);
        }

        return text.ToString();
    }

    private void BeginDeadline(string timeoutText)
    {
        if (!TimeoutHeader.TryParse(timeoutText, out var timeout))
        {
            GrpcServerLog.InvalidTimeoutIgnored(_logger, timeoutText);
            return;
        }

        // The timer's thread must find the deadline in its place.
        lock (_gate)
        {
            _deadline = new CallDeadline(this, timeout);
        }
    }

    /// <summary>Compresses responses with the encoding if the client said that it reads it.</summary>
    private void SetResponseEncoding(string encoding)
    {
        Writer.Compression = AcceptsEncoding(encoding) ? Options.FindCompression(encoding) : null;
        if (Writer.Compression is not null)
        {
            HttpContext.Response.Headers[GrpcProtocol.EncodingHeader] = encoding;
        }
        else
        {
            HttpContext.Response.Headers.Remove(GrpcProtocol.EncodingHeader);
        }
    }

    private bool AcceptsEncoding(string encoding)
    {
        foreach (var list in HttpContext.Request.Headers[GrpcProtocol.AcceptEncodingHeader])
        {
            foreach (var range in list.AsSpan().Split(','))
            {
                if (list.AsSpan()[range].Trim().SequenceEqual(encoding))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private RpcException UnsupportedEncoding(string encoding)
    {
        HttpContext.Response.Headers[GrpcProtocol.AcceptEncodingHeader] = Options.AcceptedEncodings;
        return new RpcException(new Status(
            StatusCode.Unimplemented,
            $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {Options.AcceptedEncodings}"));
    }

    private void WriteStatus(Status status)
    {
        var response = HttpContext.Response;
        var destination = response.Headers;
        if (_messageWritten || response.HasStarted)
        {
            destination = HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }

        if (_responseTrailers is not null)
        {
            MetadataHeaders.Write(_responseTrailers, destination);
        }

        GrpcProtocol.WriteStatus(destination, status);

        if (HttpContext.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag("grpc.method", MethodCore);
            activity.SetTag("grpc.status_code", GrpcProtocol.StatusText(status.StatusCode));
        }
    }
}
