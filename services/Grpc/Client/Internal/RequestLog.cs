using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The request messages of one call, between the caller who writes them and the HTTP exchange that sends them.
/// 1. The caller appends a message and waits until the exchange took it, which is how flow control reaches the caller.
/// 2. An exchange copies from the first message on. Each retry is a new exchange and starts over, so sent messages are
///    kept until the call can no longer be retried: response headers arrived, or the buffer limits are reached.
/// 3. Only the newest exchange may send; an older one that wakes up late is told to stop.
/// 4. An exchange that cannot send to its end is no failure of the call while a retry may follow. Once the call is bound to
///    it, writing is over, while reading goes on to the server's status.
/// </summary>
/// <param name="budget">What kept messages are counted against; null for a call that is never retried, whose messages are
/// given up once sent.</param>
internal sealed class RequestLog(RetryBuffer? budget)
{
    private readonly Lock _gate = new();
    private readonly List<OutgoingMessage> _kept = [];
    private int _first;
    private long _counted;
    private int _exchange;
    private int _sent;
    private bool _bound;
    private Exception? _exchangeFailure;
    private bool _keeps = budget is not null;
    private bool _fits = true;
    private bool _complete;
    private Exception? _broken;
    private TaskCompletionSource? _arrival;
    private TaskCompletionSource? _write;

    /// <summary>Whether everything written so far can be sent once more.</summary>
    public bool CanReplay
    {
        get
        {
            lock (_gate)
            {
                return budget is not null && _keeps && _fits && _broken is null;
            }
        }
    }

    /// <summary>Whether a message waits to be sent.</summary>
    public bool WriteInProgress
    {
        get
        {
            lock (_gate)
            {
                return _write is not null;
            }
        }
    }

    /// <summary>Whether the caller said that no more messages follow.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _complete;
            }
        }
    }

    /// <summary>Adds the only message of a unary or server streaming call. The log owns the message's reference, and keeps
    /// it in any case: the HTTP handler itself resends a request that the server refused unseen.</summary>
    public void AppendOnly(OutgoingMessage message)
    {
        lock (_gate)
        {
            if (_broken is not null)
            {
                message.Release();
                return;
            }

            Keep(message);
            _keeps = true;
            _complete = true;
        }
    }

    /// <summary>Adds a message and completes when it was sent. The log owns the message's reference.</summary>
    /// <exception cref="IOException">The exchange broke, or the call is over.</exception>
    public Task AppendAsync(OutgoingMessage message)
    {
        TaskCompletionSource write;
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            if (_broken is not null)
            {
                message.Release();
                return Task.FromException(_broken);
            }

            Keep(message);
            // The exchange that sends the message completes this; the caller must not go on inside the exchange's loop.
            _write = write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = TakeArrival();
        }

        arrival?.TrySetResult();
        return write.Task;
    }

    /// <summary>Says that no more messages follow.</summary>
    public void Complete()
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            _complete = true;
            arrival = TakeArrival();
        }

        arrival?.TrySetResult();
    }

    /// <summary>The call lives and dies with its present exchange: sent messages are not kept any longer.</summary>
    public void Bind()
    {
        Exception? failure;
        lock (_gate)
        {
            _bound = true;
            _keeps = false;
            Uncount();
            Drop(_sent);
            failure = _exchangeFailure;
        }

        if (failure is not null)
        {
            Break(failure);
        }
    }

    /// <summary>Nothing can be sent any more: pending and later writes fail, and all buffers are given back.</summary>
    public void Break(Exception reason)
    {
        TaskCompletionSource? arrival;
        TaskCompletionSource? write;
        lock (_gate)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = reason;
            _keeps = false;
            Uncount();
            Drop(_first + _kept.Count);
            arrival = TakeArrival();
            write = _write;
            _write = null;
        }

        arrival?.TrySetResult();
        write?.TrySetException(reason);
    }

    /// <summary>Sends all messages, from the first to the last, to a new exchange's request stream.</summary>
    public async Task CopyToAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (IsEmpty)
        {
            // The transport keeps the headers until the first flush, and a server may answer before the first message.
            await stream.FlushAsync(cancellationToken);
        }

        var exchange = BeginExchange();
        await using var wake = cancellationToken.UnsafeRegister(static state => ((RequestLog)state!).Wake(), this);
        try
        {
            for (var next = 0; await TakeAsync(exchange, next, cancellationToken) is { } message; next++)
            {
                try
                {
                    await stream.WriteAsync(message.Frame, cancellationToken);
                    // The last message goes out together with the end of the stream.
                    if (!message.MayWait && !IsComplete)
                    {
                        await stream.FlushAsync(cancellationToken);
                    }
                }
                finally
                {
                    message.Release();
                }

                Sent(exchange, next);
            }
        }
        catch (Exception exception)
        {
            Fail(exchange, exception);
            throw;
        }
    }

    private async ValueTask<OutgoingMessage?> TakeAsync(int exchange, int position, CancellationToken cancellationToken)
    {
        OutgoingMessage? message;
        while (!TryTake(exchange, position, out message, out var arrival))
        {
            await arrival.Task;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return message;
    }

    private bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count == 0 && !_complete;
            }
        }
    }

    private int BeginExchange()
    {
        TaskCompletionSource? arrival;
        int exchange;
        lock (_gate)
        {
            exchange = ++_exchange;
            _exchangeFailure = null;
            _sent = 0;
            arrival = TakeArrival();
        }

        arrival?.TrySetResult();
        return exchange;
    }

    /// <summary>Gives the message at a position, or null at the end; false when it was not written yet.</summary>
    private bool TryTake(int exchange, int position, out OutgoingMessage? message, out TaskCompletionSource arrival)
    {
        lock (_gate)
        {
            message = null;
            arrival = null!;
            if (_broken is not null)
            {
                throw new OperationCanceledException("The call is over.", _broken);
            }

            if (exchange != _exchange)
            {
                throw new OperationCanceledException("Another attempt took the call over.");
            }

            if (position < _first)
            {
                throw new IOException("The request cannot be sent again: its messages are no longer kept.");
            }

            if (position < _first + _kept.Count)
            {
                message = _kept[position - _first];
                message.AddReference();
                return true;
            }

            if (_complete)
            {
                return true;
            }

            arrival = _arrival ??= new TaskCompletionSource();
            return false;
        }
    }

    private void Sent(int exchange, int position)
    {
        TaskCompletionSource? write = null;
        lock (_gate)
        {
            if (exchange != _exchange)
            {
                return;
            }

            _sent = position + 1;
            if (_sent == _first + _kept.Count)
            {
                write = _write;
                _write = null;
            }

            if (!_keeps)
            {
                Drop(_sent);
            }
        }

        write?.TrySetResult();
    }

    /// <summary>Notes that an exchange cannot be sent to its end.</summary>
    private void Fail(int exchange, Exception exception)
    {
        lock (_gate)
        {
            if (exchange != _exchange)
            {
                return;
            }

            _exchangeFailure = exception;
            if (!_bound)
            {
                return;
            }
        }

        Break(exception);
    }

    private void Wake()
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            arrival = TakeArrival();
        }

        arrival?.TrySetResult();
    }

    private void Keep(OutgoingMessage message)
    {
        _kept.Add(message);
        if (budget is null || !_keeps)
        {
            return;
        }

        if (budget.TryTake(message.Length, _counted))
        {
            _counted += message.Length;
        }
        else
        {
            _fits = false;
            _keeps = false;
            Uncount();
        }
    }

    private void Uncount()
    {
        budget?.Return(_counted);
        _counted = 0;
    }

    /// <summary>Gives up the messages before a position.</summary>
    private void Drop(int before)
    {
        while (_first < before && _kept.Count > 0)
        {
            _kept[0].Release();
            _kept.RemoveAt(0);
            _first++;
        }
    }

    private TaskCompletionSource? TakeArrival()
    {
        var arrival = _arrival;
        _arrival = null;
        return arrival;
    }
}
