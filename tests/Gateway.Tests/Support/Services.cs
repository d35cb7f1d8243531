using Grpc.Core;
using Platform.Billing.V1;
using Platform.Gateway.Tests.Probing;

namespace Platform.Gateway.Tests.Support;

internal sealed class Probe(Script script) : ProbeService.ProbeServiceBase
{
    public override Task<Ping> Echo(Ping request, ServerCallContext context) => script.Echo(request, context);

    public override async Task<Collected> Collect(IAsyncStreamReader<Ping> requestStream, ServerCallContext context)
    {
        var collected = new Collected();
        await foreach (var ping in requestStream.ReadAllAsync(context.CancellationToken))
        {
            collected.Messages++;
            collected.Bytes += ping.Body.Length;
        }

        return collected;
    }

    public override async Task Count(Ping request, IServerStreamWriter<Ping> responseStream, ServerCallContext context)
    {
        for (var i = 0; request.Number == 0 || i < request.Number; i++)
        {
            if (request.Number == 0 && i > 0)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                script.Cancelled.TrySetResult();
                return;
            }

            await responseStream.WriteAsync(new Ping { Number = i, Body = request.Body });
        }
    }

    public override async Task Chat(
        IAsyncStreamReader<Ping> requestStream, IServerStreamWriter<Ping> responseStream, ServerCallContext context)
    {
        await foreach (var ping in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(ping);
        }
    }
}

internal sealed class Claims(Script script) : ClaimService.ClaimServiceBase
{
    public override Task DownloadClaimFile(
        DownloadClaimFileRequest request, IServerStreamWriter<DownloadClaimFileResponse> responseStream, ServerCallContext context) =>
        script.Download(responseStream, context);
}

internal sealed class Remittances(Script script) : RemittanceService.RemittanceServiceBase
{
    public override async Task<PostRemittanceResponse> PostRemittance(
        IAsyncStreamReader<PostRemittanceRequest> requestStream, ServerCallContext context)
    {
        try
        {
            await foreach (var part in requestStream.ReadAllAsync(context.CancellationToken))
            {
                script.Posted.Enqueue(part);
                if (part.PartCase != PostRemittanceRequest.PartOneofCase.Chunk)
                {
                    continue;
                }

                script.FirstPiece.TrySetResult();
                if (script.Refusal is { } refusal)
                {
                    throw refusal;
                }
            }
        }
        catch (Exception e) when (e is not RpcException && context.CancellationToken.IsCancellationRequested)
        {
            script.Cancelled.TrySetResult();
            throw;
        }

        script.PostedToTheEnd = true;
        var response = new PostRemittanceResponse();
        response.Remittances.Add(new Remittance { Id = "0190a000-0000-7000-8000-000000000001", PaidCents = 12_345, Claims = 2, Matched = 2 });
        return response;
    }
}
