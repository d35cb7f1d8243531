using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Names of the protocol (grpc/grpc doc/PROTOCOL-HTTP2.md) and the checks made before a call begins.</summary>
internal static class GrpcProtocol
{
    public const string ContentType = "application/grpc";
    public const string TimeoutHeader = "grpc-timeout";
    public const string EncodingHeader = "grpc-encoding";
    public const string AcceptEncodingHeader = "grpc-accept-encoding";
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string IdentityEncoding = "identity";

    /// <summary>A handler asks for a response encoding with this entry of its response headers; it is not sent.</summary>
    public const string EncodingRequestHeader = "grpc-internal-encoding-request";

    /// <summary>The bytes before each message: the compressed flag and the length, big-endian.</summary>
    public const int PrefixLength = 5;

    /// <summary>NO_ERROR of HTTP/2 (RFC 9113, 8.1: the response is complete and the rest of the request is not wanted).</summary>
    public const int ResetNoError = 0;

    /// <summary>H3_NO_ERROR (RFC 9114, 4.1).</summary>
    public const int ResetNoErrorHttp3 = 0x100;

    private static readonly string[] StatusTexts = [.. Enumerable.Range(0, 17).Select(code => code.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Whether the type is application/grpc, alone or with a suffix or parameters.</summary>
    public static bool IsGrpcContentType([NotNullWhen(true)] string? contentType) =>
        contentType is not null &&
        contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) &&
        (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');

    public static string StatusText(StatusCode code) =>
        (uint)code < (uint)StatusTexts.Length
            ? StatusTexts[(int)code]
            : ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Answers, before a call begins, with an HTTP error that says the same to a gRPC client.</summary>
    public static void WriteHttpError(HttpResponse response, int httpStatus, StatusCode code, string message)
    {
        response.StatusCode = httpStatus;
        WriteStatus(response.Headers, new Status(code, message));
    }

    /// <summary>Answers with a status alone: HTTP 200 and no message (Trailers-Only).</summary>
    public static void WriteTrailersOnly(HttpResponse response, StatusCode code, string message)
    {
        response.ContentType = ContentType;
        WriteStatus(response.Headers, new Status(code, message));
    }

    public static void WriteStatus(IHeaderDictionary destination, Status status)
    {
        destination[StatusHeader] = StatusText(status.StatusCode);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            destination[MessageHeader] = PercentEncoding.Encode(status.Detail);
        }
    }
}
