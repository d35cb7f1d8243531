using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The deadline of one call. When it passes before the call ended: the status is written, the response is completed, the
/// handler's token is cancelled, and the stream is reset when its client is still sending, so that it stops. A stream whose
/// request is through ends by itself: a reset could overtake the trailers.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Stopped when the call ends; the token source has no timer or handle of its own but the link to the request, which is as long-lived.")]
internal sealed class CallDeadline
{
    // A timer takes at most 2^32 - 2 ms; a longer wait is taken in parts.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    private readonly HttpContextServerCallContext _call;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _cancellation;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Timer _timer;

    public CallDeadline(HttpContextServerCallContext call, TimeSpan timeout)
    {
        var now = DateTime.UtcNow;
        _call = call;
        _timeout = timeout;
        At = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(call.HttpContext.RequestAborted);
        Token = _cancellation.Token;
        _timer = new Timer(static state => ((CallDeadline)state!).Elapsed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wait(timeout);
    }

    /// <summary>When the client stops waiting (UTC).</summary>
    public DateTime At { get; }

    /// <summary>Cancelled when the deadline passes or the request is aborted.</summary>
    public CancellationToken Token { get; }

    /// <summary>Completes when a deadline that passed has ended the call.</summary>
    public Task Done => _done.Task;

    /// <summary>The call ended before its deadline.</summary>
    public void Stop()
    {
        _timer.Dispose();
        _cancellation.Dispose();
    }

    private void Wait(TimeSpan remaining) =>
        _timer.Change(remaining < LongestWait ? remaining : LongestWait, Timeout.InfiniteTimeSpan);

    private void Elapsed()
    {
        var remaining = At - DateTime.UtcNow;
        if (_timeout > LongestWait && remaining > TimeSpan.Zero)
        {
            Wait(remaining);
        }
        else if (_call.TryEndByDeadline(_timeout))
        {
            _ = EndAsync();
        }
    }

    private async Task EndAsync()
    {
        try
        {
            var response = _call.HttpContext.Response;
            var completed = response.CompleteAsync();

            // Not awaited first: a client that takes nothing off the stream must not keep the handler waiting for its token.
            await _cancellation.CancelAsync();
            await completed;

            if (_call.Reader.ReachedEnd)
            {
                return;
            }

            var reset = _call.HttpContext.Features.Get<IHttpResetFeature>();
            reset?.Reset(HttpProtocol.IsHttp3(_call.HttpContext.Request.Protocol) ? GrpcProtocol.ResetNoErrorHttp3 : GrpcProtocol.ResetNoError);
        }
        catch (Exception exception)
        {
            _call.LogDeadlineError(exception);
        }
        finally
        {
            _timer.Dispose();
            _done.SetResult();
        }
    }
}
