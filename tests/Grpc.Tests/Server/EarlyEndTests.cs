using Grpc.Core;
using Grpc.Testing;

namespace Platform.Grpc.Tests.Server;

public sealed class EarlyEndTests
{
    [Fact]
    public async Task A_handler_may_answer_a_client_stream_before_it_has_ended()
    {
        var service = new ScriptedService { Input = (_, _) => Task.FromResult(new StreamingInputCallResponse { AggregatedPayloadSize = 7 }) };
        await using var server = await service.StartAsync();

        for (var i = 0; i < 50; i++)
        {
            using var call = server.Client.StreamingInputCall();
            (await call).AggregatedPayloadSize.ShouldBe(7);
        }
    }

    [Fact]
    public async Task A_handler_may_refuse_a_client_stream_before_it_has_ended()
    {
        var service = new ScriptedService { Input = (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "No.")) };
        await using var server = await service.StartAsync();

        for (var i = 0; i < 50; i++)
        {
            using var call = server.Client.StreamingInputCall();
            (await Record.ExceptionAsync(async () => await call)).ShouldBeOfType<RpcException>().StatusCode.ShouldBe(StatusCode.PermissionDenied);
        }
    }

    [Fact]
    public async Task A_handler_that_never_looks_at_its_token_stops_writing_when_the_client_is_gone()
    {
        var stopped = new TaskCompletionSource<Exception?>();
        var service = new ScriptedService
        {
            Output = async (_, responses, _) => stopped.SetResult(await Record.ExceptionAsync(async () =>
            {
                while (true)
                {
                    await responses.WriteAsync(new StreamingOutputCallResponse());
                }
            })),
        };
        await using var server = await service.StartAsync();
        using (var call = server.Client.StreamingOutputCall(new StreamingOutputCallRequest()))
        {
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        }

        (await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeAssignableTo<OperationCanceledException>();
    }
}
