using Grpc.Core;
using Microsoft.Extensions.Options;
using Platform.Billing.V1;
using Platform.Gateway.Limits;
using Platform.Gateway.Routing;

namespace Platform.Gateway.Files;

/// <summary>
/// <c>GET /v1/claim-files/{fileId}</c>: a claim file (X12 837I) as it was written, with the notice that goes with it (42 CFR 2.32) in
/// the header <c>Disclosure-Notice</c>.
/// </summary>
internal static class ClaimFileRoutes
{
    /// <summary>Name of the header that carries the notice.</summary>
    public const string NoticeHeader = "Disclosure-Notice";

    public static void MapClaimFiles(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/claim-files/{fileId:guid}", DownloadAsync)
            .RequireAuthorization(ExternalCallers.Policy)
            .RequireRateLimiting(RateLimits.Policy);

    private static async Task DownloadAsync(
        Guid fileId, HttpContext context, ClaimService.ClaimServiceClient claims, IOptions<TransferOptions> options, TimeProvider time,
        ILoggerFactory loggers)
    {
        using var call = claims.DownloadClaimFile(
            new DownloadClaimFileRequest { FileId = fileId.ToString() },
            CallerHeaders.Of(context),
            deadline: (time.GetUtcNow() + options.Value.Timeout).UtcDateTime,
            cancellationToken: context.RequestAborted);

        // The first piece is read before anything is sent, so that a refusal is still an error answer and not half a file.
        var any = await call.ResponseStream.MoveNext(context.RequestAborted);
        context.Response.ContentType = "application/edi-x12";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{fileId}.837\"";
        context.Response.Headers.CacheControl = "no-store";
        if (any && call.ResponseStream.Current.Notice is { Length: > 0 } notice)
        {
            context.Response.Headers[NoticeHeader] = notice;
        }

        try
        {
            while (any)
            {
                await context.Response.Body.WriteAsync(call.ResponseStream.Current.Chunk.Memory, context.RequestAborted);
                any = await call.ResponseStream.MoveNext(context.RequestAborted);
            }
        }
        catch (RpcException e)
        {
            // Half a file must not look like a whole one: without the end of the body the reader knows, and repeats.
            if (!context.RequestAborted.IsCancellationRequested)
            {
                loggers.CreateLogger(typeof(ClaimFileRoutes)).LogWarning("Claim file {FileId} broke off: {Status}", fileId, e.StatusCode);
            }

            context.Abort();
        }
    }
}
