using Grpc.Core;
using Grpc.Testing;

namespace Platform.Benchmarks.Grpc;

/// <summary>Sends each payload back; a server stream sends it as often as the request has parameters.</summary>
internal sealed class EchoService : TestService.TestServiceBase
{
    public override Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context) =>
        Task.FromResult(new SimpleResponse { Payload = request.Payload });

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.ResponseParameters.Count; i++)
        {
            await responseStream.WriteAsync(new StreamingOutputCallResponse { Payload = request.Payload });
        }
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext())
        {
            await responseStream.WriteAsync(new StreamingOutputCallResponse { Payload = requestStream.Current.Payload });
        }
    }
}
