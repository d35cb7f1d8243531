using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>The gRPC status of what HTTP reports.</summary>
internal static class FailureStatus
{
    /// <summary>The status that header or trailer fields carry; null when they carry none.</summary>
    public static Status? FromFields(HttpHeaders fields)
    {
        if (HeaderMetadata.Value(fields, "grpc-status") is not { } code)
        {
            return null;
        }

        var text = GrpcStatusText.Decode(HeaderMetadata.Value(fields, "grpc-message") ?? "");
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Enum.IsDefined((StatusCode)number)
            ? new Status((StatusCode)number, text)
            : new Status(StatusCode.Unknown, text.Length > 0 ? text : "The response has a grpc-status that is not a status code.");
    }

    /// <summary>The status of a response without <c>grpc-status</c> (gRPC "HTTP to gRPC Status Code Mapping").</summary>
    public static Status FromHttp(HttpStatusCode code, string detail) => new(
        (int)code switch
        {
            400 or 431 => StatusCode.Internal,
            401 => StatusCode.Unauthenticated,
            403 => StatusCode.PermissionDenied,
            404 => StatusCode.Unimplemented,
            429 or 502 or 503 or 504 => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        },
        detail);

    /// <summary>The status of an exception that ended an exchange.</summary>
    public static Status FromException(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RpcException rpc:
                    return rpc.Status;
                case HttpProtocolException reset:
                    return new Status(FromErrorCode(reset.ErrorCode), $"The HTTP/2 stream ended with error code {reset.ErrorCode}.", exception);
                case SocketException:
                    // A connection lost during its handshake is reported as an invalid response.
                    return new Status(StatusCode.Unavailable, "The connection failed.", exception);
            }
        }

        return exception switch
        {
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
            HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } =>
                new Status(StatusCode.Internal, "The server does not speak HTTP/2.", exception),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse } =>
                new Status(StatusCode.Internal, "The response is not valid HTTP.", exception),
            HttpRequestException or IOException => new Status(StatusCode.Unavailable, "The connection failed.", exception),
            _ => new Status(StatusCode.Internal, "Error starting gRPC call.", exception),
        };
    }

    /// <summary>Whether no connection could be made, so that the server saw nothing of the call.</summary>
    public static bool IsConnectFailure(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>RST_STREAM error codes (RFC 9113, 7) by the gRPC over HTTP/2 specification, "Errors".</summary>
    private static StatusCode FromErrorCode(long code) => code switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        0xd => StatusCode.Unknown, // HTTP_1_1_REQUIRED
        _ => StatusCode.Internal,
    };
}
