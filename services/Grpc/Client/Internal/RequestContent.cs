using System.Net;
using System.Net.Http.Headers;

namespace Grpc.Net.Client.Internal;

/// <summary>The body of one exchange: the call's messages, sent as they are written.</summary>
internal sealed class RequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue GrpcContentType = new("application/grpc");
    private readonly RequestLog _log;
    private readonly Action<Exception> _onBroken;

    /// <summary>A body of the log's messages; <paramref name="onBroken"/> hears why it could not be sent to its end.</summary>
    public RequestContent(RequestLog log, Action<Exception> onBroken)
    {
        _log = log;
        _onBroken = onBroken;
        Headers.ContentType = GrpcContentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await _log.CopyToAsync(stream, cancellationToken);
        }
        catch (Exception exception)
        {
            _onBroken(exception);
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
