using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The requests of a client stream.</summary>
internal sealed class RequestStreamReader<TRequest>(
    HttpContextServerCallContext call,
    Func<DeserializationContext, TRequest> deserializer) : IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private bool _completed;

    public TRequest Current { get; private set; } = null!;

    public void Complete() => _completed = true;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_completed)
        {
            throw new InvalidOperationException("Can't read messages after the request is complete.");
        }

        var token = cancellationToken.CanBeCanceled ? cancellationToken : call.ReadCancellation;
        var message = await call.Reader.ReadNextAsync(deserializer, token);
        Current = message!;
        return message is not null;
    }
}
