using System.Globalization;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call as its caller sees it: a deadline, a cancellation, one outcome, and behind it one HTTP exchange after the other
/// until one opens or none may follow.
/// 1. The outcome is set once, by whoever is first: the server's status, a failed exchange, the deadline, the caller's
///    token, disposal, or the channel's disposal. Everything else then unwinds and reports that outcome.
/// 2. A call may be tried again only until an exchange's response headers arrive (gRFC A6): after that the caller may have
///    seen something of it.
/// 3. A status CANCELLED that arrives after the deadline is the deadline's doing, whoever noticed first.
/// </summary>
internal sealed partial class ClientCall : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly IMethod _method;
    private readonly string? _host;
    private readonly CallOptions _options;
    private readonly MethodSettings _settings;
    private readonly CancellationTokenSource _stop = new();
    private readonly DateTime? _deadline;
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _channelRegistration;
    private readonly ITimer? _timer;
    private CallAttempt? _attempt;
    private Outcome? _outcome;
    private bool _headersKnown;

    /// <summary>A call that is about to start.</summary>
    /// <exception cref="InvalidOperationException">The deadline is not in UTC.</exception>
    public ClientCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _host = host;
        _options = options;
        _deadline = CheckDeadline(options.Deadline);
        _settings = channel.Settings(method);
        Requests = new RequestLog(_settings.Retry is null ? null : channel.RetryBuffer);
        Compression = FindCompression(channel, options.Headers);

        if (_deadline is not null)
        {
            var due = DueTime();
            if (due == TimeSpan.Zero)
            {
                Finish(new Status(StatusCode.DeadlineExceeded, ""), Metadata.Empty);
                return;
            }

            _timer = TimeProvider.System.CreateTimer(static state => ((ClientCall)state!).OnTimer(), this, due, Timeout.InfiniteTimeSpan);
        }

        _channelRegistration = channel.Stopped.UnsafeRegister(static state => ((ClientCall)state!).Cancel("gRPC call disposed."), this);
        _callerRegistration = options.CancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel("Call canceled by the client."), this);
        if (IsFinished)
        {
            _channelRegistration.Unregister();
            _callerRegistration.Unregister();
        }
    }

    /// <summary>What is sent.</summary>
    public RequestLog Requests { get; }

    /// <summary>How messages are compressed, or null.</summary>
    public ICompressionProvider? Compression { get; }

    /// <summary>The largest message sent, in bytes; null is no limit.</summary>
    public int? MaxSendMessageSize => _channel.MaxSendMessageSize;

    /// <summary>The write options that the call was made with.</summary>
    public WriteOptions? WriteOptions => _options.WriteOptions;

    /// <summary>Gives the exchange whose messages are to be read, or null when the call ended before there was one.</summary>
    public Task<CallAttempt?> Opening { get; private set; } = Task.FromResult<CallAttempt?>(null);

    /// <summary>Cancelled when the call is over.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Whether the call is over.</summary>
    public bool IsFinished => Volatile.Read(ref _outcome) is not null;

    /// <summary>Begins the first exchange.</summary>
    public void Start() => Opening = OpenAsync();

    /// <summary>The response's leading metadata; fails when the call did before they arrived.</summary>
    public async Task<Metadata> GetHeadersAsync()
    {
        var opened = await Opening;
        return opened?.Headers ?? (_headersKnown ? _outcome!.Trailers : throw Failure());
    }

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public Status GetStatus() =>
        Volatile.Read(ref _outcome)?.Status ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    /// <summary>The trailing metadata.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() =>
        Volatile.Read(ref _outcome)?.Trailers ?? throw new InvalidOperationException("Can't get the call trailers because the call is not complete.");

    /// <summary>What a caller of the finished call is thrown.</summary>
    public Exception Failure()
    {
        var (status, trailers) = _outcome!;
        return _channel.ThrowOperationCanceledOnCancellation && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
            ? new OperationCanceledException(status.Detail, new RpcException(status, trailers), _options.CancellationToken)
            : new RpcException(status, trailers);
    }

    /// <summary>Cancels the call unless it is over.</summary>
    public void Cancel(string reason) => Finish(new Status(StatusCode.Cancelled, reason), Metadata.Empty);

    /// <summary>Ends the call after an exception, unless it is over already.</summary>
    public void Fail(Exception exception) => Finish(FailureStatus.FromException(exception), Metadata.Empty);

    /// <summary>Sets the outcome, stops what still runs and gives up what the call holds; only the first outcome counts.</summary>
    public void Finish(Status status, Metadata trailers)
    {
        if (status.StatusCode == StatusCode.Cancelled && DateTime.UtcNow >= _deadline)
        {
            status = new Status(StatusCode.DeadlineExceeded, status.Detail, status.DebugException);
        }

        if (Interlocked.CompareExchange(ref _outcome, new Outcome(status, trailers), null) is not null)
        {
            return;
        }

        _timer?.Dispose();
        _callerRegistration.Unregister();
        _channelRegistration.Unregister();
        if (status.StatusCode == StatusCode.OK && _settings.Retry is not null)
        {
            _channel.RetryThrottle?.Succeeded();
        }

        LogEnd(_channel.Logger, _method.FullName, status.StatusCode);
        _stop.Cancel();
        Volatile.Read(ref _attempt)?.Dispose();
        Requests.Break(new IOException("The call is over."));
    }

    /// <inheritdoc />
    public void Dispose() => Cancel("gRPC call disposed.");

    private async Task<CallAttempt?> OpenAsync()
    {
        var pacing = new RetryPacing(_settings.Retry, _channel, _options.IsWaitForReady);
        try
        {
            while (!IsFinished)
            {
                var attempt = new CallAttempt(_channel);
                Volatile.Write(ref _attempt, attempt);
                var end = await attempt.SendAsync(await CreateRequestAsync(pacing.Retries), Stopping);
                if (end is null)
                {
                    Requests.Bind();
                    return attempt;
                }

                attempt.Dispose();
                if (IsFinished)
                {
                    break;
                }

                if (pacing.DelayBeforeNext(end, Requests.CanReplay) is not { } delay)
                {
                    FinishUnopened(end);
                    break;
                }

                LogRetry(_channel.Logger, _method.FullName, end.Status.StatusCode, pacing.Retries);
                await Task.Delay(delay, Stopping);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return null;
    }

    private void FinishUnopened(AttemptEnd end)
    {
        _headersKnown = end.Responded;
        var lacksResponse = end.Status.StatusCode == StatusCode.OK && _method.Type is MethodType.Unary or MethodType.ClientStreaming;
        Finish(lacksResponse ? MissingResponse : end.Status, end.Trailers);
    }

    /// <summary>The outcome of a call with one response that ended well without it.</summary>
    public static Status MissingResponse { get; } = new(StatusCode.Internal, "Failed to deserialize response message: the call ended without one.");

    private async ValueTask<HttpRequestMessage> CreateRequestAsync(int retries)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.Uri)
        {
            Version = _channel.HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new RequestContent(Requests),
        };

        var fields = request.Headers;
        fields.Host = _host;
        fields.TryAddWithoutValidation("te", "trailers");
        fields.TryAddWithoutValidation("user-agent", GrpcChannel.UserAgent);
        fields.TryAddWithoutValidation("grpc-accept-encoding", _channel.AcceptEncoding);
        if (Compression is not null)
        {
            fields.TryAddWithoutValidation("grpc-encoding", Compression.EncodingName);
        }

        if (_deadline is { } deadline)
        {
            fields.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Format(deadline - DateTime.UtcNow));
        }

        if (retries > 0)
        {
            fields.TryAddWithoutValidation("grpc-previous-rpc-attempts", retries.ToString(CultureInfo.InvariantCulture));
        }

        if (_options.Headers is { Count: > 0 } headers)
        {
            HeaderMetadata.Write(headers, fields);
        }

        await _channel.AddCredentialsAsync(_method, _options.Credentials, fields, Stopping);
        return request;
    }

    private void OnTimer()
    {
        var due = DueTime();
        if (due > TimeSpan.Zero)
        {
            _timer!.Change(due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Finish(new Status(StatusCode.DeadlineExceeded, ""), Metadata.Empty);
        }
    }

    /// <summary>Time left, as much of it as a timer takes; a rest under a millisecond is rounded up.</summary>
    private TimeSpan DueTime()
    {
        var left = _deadline!.Value - DateTime.UtcNow;
        return left <= TimeSpan.Zero
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 1, int.MaxValue));
    }

    /// <summary>The encoding that the caller asked for, by a header that stays here.</summary>
    private static ICompressionProvider? FindCompression(GrpcChannel channel, Metadata? headers) =>
        headers?.GetValue(HeaderMetadata.CompressionRequest) is not { } encoding || encoding == "identity"
            ? null
            : channel.FindCompression(encoding)
                ?? throw new InvalidOperationException($"Could not find compression provider for '{encoding}'.");

    private static DateTime? CheckDeadline(DateTime? deadline) => deadline switch
    {
        null => null,
        { } value when value == DateTime.MaxValue => null,
        { Kind: DateTimeKind.Utc } => deadline,
        { } value when value == DateTime.MinValue => deadline,
        _ => throw new InvalidOperationException("Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue."),
    };

    [LoggerMessage(1, LogLevel.Debug, "Call {Method} ended: {StatusCode}.", EventName = "CallEnded")]
    private static partial void LogEnd(ILogger logger, string method, StatusCode statusCode);

    [LoggerMessage(2, LogLevel.Debug, "Call {Method} is tried again after {StatusCode}, retry {Retry}.", EventName = "CallRetried")]
    private static partial void LogRetry(ILogger logger, string method, StatusCode statusCode, int retry);

    private sealed record Outcome(Status Status, Metadata Trailers);
}
