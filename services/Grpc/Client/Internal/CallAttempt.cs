using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>How an exchange ended that gave no stream of messages.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Trailers">The metadata of a Trailers-Only response.</param>
/// <param name="Responded">Whether the server answered at all.</param>
/// <param name="NeverSent">Whether no connection could be made.</param>
internal sealed record AttemptEnd(Status Status, Metadata Trailers, bool Responded, bool NeverSent);

/// <summary>One HTTP/2 exchange of a call.</summary>
internal sealed class CallAttempt(GrpcChannel channel) : IDisposable
{
    private readonly Lock _gate = new();
    private HttpResponseMessage? _response;
    private MessageReader? _reader;
    private bool _disposed;

    /// <summary>The response's leading metadata, once <see cref="SendAsync"/> opened the stream of messages.</summary>
    public Metadata Headers { get; private set; } = Metadata.Empty;

    /// <summary>Sends the request and waits for the response headers: null when messages follow, otherwise the end.</summary>
    public async Task<AttemptEnd?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await channel.Invoker.SendAsync(request, cancellationToken);
            if (!Own(response))
            {
                throw new OperationCanceledException("The call is over.");
            }

            if (EndOf(response) is { } end)
            {
                return end;
            }

            Headers = HeaderMetadata.Read(response.Headers);
            var encoding = HeaderMetadata.Value(response.Headers, "grpc-encoding");
            var decompression = encoding is null or "identity" ? null : channel.FindCompression(encoding);
            if (decompression is null && encoding is not (null or "identity"))
            {
                // gRPC "Compression": an encoding that the client did not offer is a fault of the server.
                return new AttemptEnd(
                    new Status(StatusCode.Internal, $"Unsupported grpc-encoding value '{encoding}'."), Metadata.Empty, Responded: true, NeverSent: false);
            }

            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            _reader = new MessageReader(body, decompression, channel.MaxReceiveMessageSize);
            return null;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested && exception.InnerException is not TimeoutException)
        {
            // A reset that meets an unfinished request: the HTTP handler reports the request's cancellation, not the error code.
            return new AttemptEnd(new Status(StatusCode.Unavailable, "The exchange was aborted.", exception), Metadata.Empty, Responded: false, NeverSent: false);
        }
        catch (Exception exception)
        {
            return new AttemptEnd(FailureStatus.FromException(exception), Metadata.Empty, Responded: false, FailureStatus.IsConnectFailure(exception));
        }
    }

    /// <summary>Reads the next message; not found at the end of the stream.</summary>
    public ValueTask<(bool Found, T? Value)> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken) =>
        _reader!.ReadAsync(marshaller, cancellationToken);

    /// <summary>Reads to the end of the stream, where no message may follow.</summary>
    public ValueTask ReadEndAsync(CancellationToken cancellationToken) => _reader!.ReadEndAsync(cancellationToken);

    /// <summary>The outcome in the trailers, after the end of the stream was read.</summary>
    public (Status Status, Metadata Trailers) ReadTrailers()
    {
        var fields = _response!.TrailingHeaders;
        var status = FailureStatus.FromFields(fields)
            ?? FailureStatus.FromHttp(_response.StatusCode, "No grpc-status found on response.");
        return (status, HeaderMetadata.Read(fields));
    }

    /// <summary>Ends the exchange; one that has not ended by itself is reset with CANCEL.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _reader?.Dispose();
        _response?.Dispose();
    }

    private bool Own(HttpResponseMessage response)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _response = response;
                return true;
            }
        }

        response.Dispose();
        return false;
    }

    /// <summary>The end that the response headers already tell: a Trailers-Only response, or no gRPC response at all.</summary>
    private static AttemptEnd? EndOf(HttpResponseMessage response)
    {
        if (FailureStatus.FromFields(response.Headers) is { } status)
        {
            return new AttemptEnd(status, HeaderMetadata.Read(response.Headers), Responded: true, NeverSent: false);
        }

        var contentType = HeaderMetadata.Value(response.Content.Headers, "content-type");
        if ((int)response.StatusCode == 200 && IsGrpc(contentType))
        {
            return null;
        }

        var detail = (int)response.StatusCode == 200
            ? $"Bad gRPC response. Invalid content-type value: {contentType}"
            : $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}";
        return new AttemptEnd(FailureStatus.FromHttp(response.StatusCode, detail), HeaderMetadata.Read(response.Headers), Responded: true, NeverSent: false);
    }

    private static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == "application/grpc".Length || contentType["application/grpc".Length] is '+' or ';' or ' ');
}
