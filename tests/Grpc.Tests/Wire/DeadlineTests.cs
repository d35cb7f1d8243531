using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Microsoft.Extensions.Logging;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Wire;

public sealed class DeadlineTests
{
    private static readonly byte[] Request = Message.Of(new SimpleRequest());
    private static readonly string Exceeded = $"{(int)StatusCode.DeadlineExceeded}";

    [Fact]
    public async Task When_the_deadline_passes_the_status_is_sent_and_the_stream_reset_without_error()
    {
        await using var server = await new ScriptedService
        {
            Duplex = (requests, _, _) => requests.MoveNext(),
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        // The request is left open: the reset is what tells the client to stop sending.
        var stream = await client.BeginAsync(Message.DuplexPath, fields: ("grpc-timeout", "50m"));
        var response = await client.ReadResponseAsync(stream);

        response.EndStream.ShouldBeTrue();
        response.IsTrailersOnly.ShouldBeTrue();
        response.GrpcStatus.ShouldBe(Exceeded);
        response.GrpcMessage.ShouldBe("Deadline Exceeded");
        await client.ReadFrameAsync(stream, response);
        response.ResetCode.ShouldBe(0);
    }

    [Fact]
    public async Task After_responses_the_status_comes_in_trailers()
    {
        await using var server = await new ScriptedService
        {
            Output = async (_, responses, context) =>
            {
                await responses.WriteAsync(new StreamingOutputCallResponse());
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            },
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.OutputPath, [Message.Of(new StreamingOutputCallRequest())], ("grpc-timeout", "100m"));

        response.Messages().Count.ShouldBe(1);
        response.Trailer("grpc-status").ShouldBe(Exceeded);
    }

    [Fact]
    public async Task A_handler_that_does_not_look_at_its_token_does_not_hold_up_the_client()
    {
        var release = new TaskCompletionSource();
        var late = new TaskCompletionSource<Exception?>();
        await using var server = await new ScriptedService
        {
            Output = async (_, responses, _) =>
            {
                await release.Task;
                late.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(new StreamingOutputCallResponse())));
            },
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.OutputPath, [Message.Of(new StreamingOutputCallRequest())], ("grpc-timeout", "50m"));
        response.GrpcStatus.ShouldBe(Exceeded);
        release.SetResult();

        (await late.Task).ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task The_token_is_cancelled_and_the_context_knows_the_deadline()
    {
        var seen = new TaskCompletionSource<DateTime>();
        await using var server = await new ScriptedService
        {
            Unary = async (_, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                seen.SetResult(context.Deadline);
                return new SimpleResponse();
            },
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var before = DateTime.UtcNow;

        (await client.CallAsync(Message.UnaryPath, [Request], ("grpc-timeout", "60m"))).GrpcStatus.ShouldBe(Exceeded);

        var deadline = await seen.Task;
        deadline.Kind.ShouldBe(DateTimeKind.Utc);
        deadline.ShouldBeInRange(before.AddMilliseconds(60), DateTime.UtcNow);
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("99999999M")]
    [InlineData("99999999S")]
    [InlineData("10000000m")]
    [InlineData("99999999u")]
    [InlineData("00000010S")]
    public async Task Each_unit_is_read_up_to_eight_digits(string timeout)
    {
        var unit = timeout[^1] switch
        {
            'H' => TimeSpan.FromHours(1),
            'M' => TimeSpan.FromMinutes(1),
            'S' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMilliseconds(1),
            _ => TimeSpan.FromMicroseconds(1),
        };
        var given = unit * int.Parse(timeout[..^1]);
        var before = DateTime.UtcNow;

        var deadline = await DeadlineForAsync(timeout);

        if (given > DateTime.MaxValue - before)
        {
            deadline.ShouldBe(DateTime.MaxValue);
        }
        else
        {
            deadline.ShouldBeInRange(before + given, DateTime.UtcNow + given);
        }
    }

    [Theory]
    [InlineData("100000000S")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1.5S")]
    [InlineData("1 S")]
    [InlineData("0S")]
    [InlineData("١S")]
    public async Task A_timeout_that_is_not_one_is_ignored(string timeout) =>
        (await DeadlineForAsync(timeout)).ShouldBe(DateTime.MaxValue);

    [Fact]
    public async Task Nanoseconds_pass_at_once()
    {
        await using var server = await new ScriptedService
        {
            Unary = async (_, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return new SimpleResponse();
            },
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync(Message.UnaryPath, [Request], ("grpc-timeout", "1n"))).GrpcStatus.ShouldBe(Exceeded);
    }

    [Fact]
    public async Task Deadline_and_completion_at_the_same_moment_give_one_status_and_a_whole_response()
    {
        await using var server = await new ScriptedService
        {
            Output = async (_, responses, _) =>
            {
                var until = DateTime.UtcNow.AddMilliseconds(Random.Shared.NextDouble() * 8);
                var message = new StreamingOutputCallResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[100]) } };
                while (DateTime.UtcNow < until)
                {
                    await responses.WriteAsync(message);
                    await Task.Yield();
                }
            },
        }.StartAsync();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var client = await RawHttp2Client.ConnectAsync(server.Port);
            var seen = new List<string?>();
            for (var i = 0; i < 100; i++)
            {
                var response = await client.CallAsync(Message.OutputPath, [Message.Of([])], ("grpc-timeout", "4m"));
                response.EndStream.ShouldBeTrue();
                response.Headers.Concat(response.Trailers).Count(field => field.Name == "grpc-status").ShouldBe(1);
                response.Messages().ShouldAllBe(message => message.Payload.Length > 100);
                seen.Add(response.GrpcStatus);
            }

            return seen;
        }));

        statuses.SelectMany(seen => seen).Distinct().ShouldBe(["0", Exceeded], ignoreOrder: true);
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_handler_and_is_no_error()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await new ScriptedService
        {
            Unary = async (_, context) =>
            {
                started.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }
                finally
                {
                    cancelled.SetResult();
                }

                return new SimpleResponse();
            },
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var stream = await client.BeginAsync(Message.UnaryPath);
        await client.DataAsync(stream, Request, endStream: true);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await client.ResetAsync(stream, code: 8);

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        server.Logs.Entries.ShouldNotContain(entry => entry.Level >= LogLevel.Warning);
    }

    private static async Task<DateTime> DeadlineForAsync(string timeout)
    {
        DateTime seen = default;
        await using var server = await new ScriptedService
        {
            Unary = (_, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(new SimpleResponse());
            },
        }.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        (await client.CallAsync(Message.UnaryPath, [Request], ("grpc-timeout", timeout))).GrpcStatus.ShouldBe("0");
        return seen;
    }
}
