using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Platform.Billing.V1;
using Platform.Gateway.Limits;
using Platform.Gateway.Routing;
using Platform.Shared.Errors;

namespace Platform.Gateway.Files;

/// <summary>
/// <c>POST /v1/remittances</c>: the body is an X12 835 file. <c>Idempotency-Key</c>, a UUID, makes a repeat safe; without it, the
/// content does.
/// </summary>
internal static class RemittanceRoutes
{
    private const int ChunkSize = 64 * 1024;

    public static void MapRemittances(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/remittances", PostAsync)
            .RequireAuthorization(ExternalCallers.Policy)
            .RequireRateLimiting(RateLimits.Policy);

    private static async Task<IResult> PostAsync(
        HttpContext context, RemittanceService.RemittanceServiceClient remittances, IOptions<TransferOptions> options, TimeProvider time)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.Value.LargestRemittance;
        }

        var validation = new Validation();
        var key = validation.OptionalId(context.Request.Headers["Idempotency-Key"].ToString(), "Idempotency-Key");
        validation.ThrowIfInvalid();
        using var call = remittances.PostRemittance(
            CallerHeaders.Of(context),
            deadline: (time.GetUtcNow() + options.Value.Timeout).UtcDateTime,
            cancellationToken: context.RequestAborted);
        try
        {
            await call.RequestStream.WriteAsync(new PostRemittanceRequest
            {
                Header = new PostRemittanceHeader
                {
                    RequestId = (key ?? Guid.CreateVersion7(time.GetUtcNow())).ToString(),
                    FileName = "remittance.835",
                },
            });
            var buffer = new byte[ChunkSize];
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                await call.RequestStream.WriteAsync(
                    new PostRemittanceRequest { Chunk = ByteString.CopyFrom(buffer, 0, read) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // The service answered before the file was through; its answer says why, and is read below.
        }

        var response = await call;
        return Results.Text(JsonFormatter.Default.Format(response), "application/json");
    }
}
