using System.Globalization;
using Grpc.Core;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Client;

/// <summary>Calls made while serving a call end with it.</summary>
public class PropagationTests
{
    [Theory]
    [InlineData(20.0, null, 20.0)]
    [InlineData(20.0, 5.0, 5.0)]
    [InlineData(5.0, 20.0, 5.0)]
    [InlineData(null, 20.0, 20.0)]
    [InlineData(null, null, null)]
    public async Task A_child_calls_deadline_is_the_sooner_of_its_own_and_the_incoming_one(double? incoming, double? own, double? expected)
    {
        var timeout = "";
        await using var back = await Peer.StartAsync(context =>
        {
            timeout = context.Request.Headers["grpc-timeout"].ToString();
            return context.AnswerAsync();
        });
        await using var front = await FrontAsync(back.Address);

        await front.Client.UnaryCallAsync(
            new SimpleRequest { ResponseSize = (int)(own ?? 0) }, deadline: incoming is null ? null : DateTime.UtcNow.AddSeconds(incoming.Value));

        var sent = timeout.Length == 0 ? (double?)null : Seconds(timeout);
        if (expected is null)
        {
            sent.ShouldBeNull();
        }
        else
        {
            sent.ShouldNotBeNull().ShouldBeInRange(expected.Value / 2, expected.Value + 0.01);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_the_incoming_call_cancels_the_child_call(bool childHasItsOwnToken)
    {
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var back = await Peer.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            arrived.SetResult();
            await aborted.Task;
        });
        await using var front = await FrontAsync(back.Address);
        using var cancelling = new CancellationTokenSource();
        using var call = front.Client.UnaryCallAsync(new SimpleRequest { FillServerId = childHasItsOwnToken }, cancellationToken: cancelling.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await cancelling.CancelAsync();

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);
    }

    [Fact]
    public async Task Outside_of_a_call_there_is_nothing_to_take_over_and_that_is_an_error_unless_allowed()
    {
        await using var back = await Peer.StartAsync(context => context.AnswerAsync("well"));
        foreach (var allowed in new[] { false, true })
        {
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri(back.Address))
                .EnableCallContextPropagation(options => options.SuppressContextNotFoundErrors = allowed);
            await using var provider = services.BuildServiceProvider();
            var client = provider.GetRequiredService<TestService.TestServiceClient>();

            if (allowed)
            {
                (await client.UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("well");
            }
            else
            {
                await Should.ThrowAsync<InvalidOperationException>(async () => await client.UnaryCallAsync(new SimpleRequest()));
            }
        }
    }

    private static async Task<GrpcServer> FrontAsync(string back)
    {
        var front = await GrpcServer.StartAsync(
            services: services => services
                .AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri(back))
                .EnableCallContextPropagation(),
            map: app => app.MapGrpcService<FrontService>());
        return front;
    }

    private static double Seconds(string timeout) => int.Parse(timeout[..^1], CultureInfo.InvariantCulture)
        * timeout[^1] switch { 'n' => 1e-9, 'u' => 1e-6, 'm' => 1e-3, 'S' => 1, 'M' => 60, _ => 3600 };

    /// <summary>Passes each call on; the request says with which deadline and token of its own.</summary>
    private sealed class FrontService(TestService.TestServiceClient back) : TestService.TestServiceBase
    {
        public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
        {
            using var own = new CancellationTokenSource();
            return await back.UnaryCallAsync(
                new SimpleRequest(),
                deadline: request.ResponseSize == 0 ? null : DateTime.UtcNow.AddSeconds(request.ResponseSize),
                cancellationToken: request.FillServerId ? own.Token : default);
        }
    }
}
