using Grpc.Core;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;
using Platform.Support;

namespace Platform.Gateway.Tests;

/// <summary>Behind one address there may be many replicas; a connection reaches one of them.</summary>
public sealed class ConnectionLifetimeTests : GatewayTest
{
    // Shorter than the lifetime that nobody configured.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    protected override IReadOnlyDictionary<string, string?> Settings { get; } =
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Platform:ConnectionLifetime"] = "00:00:00.2" };

    [Fact]
    public async Task New_calls_come_over_new_connections_after_a_while_and_a_stream_goes_on_over_its_own()
    {
        var connection = "";
        Script.Echo = (ping, context) =>
        {
            connection = context.GetHttpContext().Connection.Id;
            return Task.FromResult(ping);
        };
        using var chat = Probe.Chat(Caller, cancellationToken: Cancellation);
        await AnswersAsync(chat, 1);
        await Probe.EchoAsync(new Ping(), Caller);
        var first = connection;
        await Eventually.TrueAsync(
            async () =>
            {
                await Probe.EchoAsync(new Ping(), Caller);
                return connection != first;
            },
            "a call over another connection",
            Limit);
        await AnswersAsync(chat, 2);
    }

    [Fact]
    public async Task Files_come_over_new_connections_after_a_while()
    {
        var connections = new HashSet<string>(StringComparer.Ordinal);
        Script.Download = (_, context) =>
        {
            connections.Add(context.GetHttpContext().Connection.Id);
            return Task.CompletedTask;
        };
        await Eventually.TrueAsync(
            async () =>
            {
                using var file = await SendAsync(HttpMethod.Get, $"/v1/claim-files/{Guid.CreateVersion7()}", Caller);
                return connections.Count > 1;
            },
            "a file over another connection",
            Limit);
    }

    private static async Task AnswersAsync(AsyncDuplexStreamingCall<Ping, Ping> chat, int number)
    {
        await chat.RequestStream.WriteAsync(new Ping { Number = number }, Cancellation);
        (await chat.ResponseStream.MoveNext(Cancellation)).ShouldBeTrue();
        chat.ResponseStream.Current.Number.ShouldBe(number);
    }
}
