using System.Net;
using System.Net.Http.Headers;

namespace Grpc.Net.Client.Internal;

/// <summary>The body of one exchange: the call's messages, sent as they are written.</summary>
internal sealed class RequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue GrpcContentType = new("application/grpc");
    private readonly RequestLog _log;

    public RequestContent(RequestLog log)
    {
        _log = log;
        Headers.ContentType = GrpcContentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _log.CopyToAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
