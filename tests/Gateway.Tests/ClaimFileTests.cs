using System.Net;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Platform.Billing.V1;
using Platform.Gateway.Tests.Support;
using Platform.Shared.Errors;

namespace Platform.Gateway.Tests;

/// <summary><c>GET /v1/claim-files/{fileId}</c>.</summary>
public sealed class ClaimFileTests : GatewayTest
{
    private readonly Guid file = Guid.CreateVersion7();

    [Fact]
    public async Task A_claim_file_comes_as_it_was_written()
    {
        var content = new byte[300_000];
        Random.Shared.NextBytes(content);
        Script.Download = async (writer, _) =>
        {
            foreach (var piece in content.Chunk(64 * 1024))
            {
                await writer.WriteAsync(new DownloadClaimFileResponse { Chunk = ByteString.CopyFrom(piece) });
            }
        };
        using var answer = await GetAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/edi-x12");
        answer.Content.Headers.ContentDisposition?.FileName?.Trim('"').ShouldBe($"{file}.837");
        answer.Headers.CacheControl?.NoStore.ShouldBeTrue();
        (await answer.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(content);
        Backend.Arrivals.ShouldHaveSingleItem().Headers["grpc-timeout"].ToString().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_notice_that_goes_with_a_file_is_in_a_header()
    {
        Script.Download = async (writer, _) =>
        {
            await writer.WriteAsync(new DownloadClaimFileResponse { Chunk = ByteString.CopyFromUtf8("ISA"), Notice = "No redisclosure." });
            await writer.WriteAsync(Piece("*00"));
        };
        using var answer = await GetAsync();
        answer.Headers.GetValues("Disclosure-Notice").ShouldBe(["No redisclosure."]);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("ISA*00");
    }

    [Fact]
    public async Task It_is_passed_on_piece_by_piece()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Script.Download = async (writer, context) =>
        {
            await writer.WriteAsync(Piece("ISA*00*"));
            await read.Task.WaitAsync(context.CancellationToken);
            await writer.WriteAsync(Piece("IEA*1~"));
        };
        using var answer = await GetAsync();
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        var first = new byte[7];
        await body.ReadExactlyAsync(first, Cancellation);
        Encoding.ASCII.GetString(first).ShouldBe("ISA*00*");
        read.SetResult();
        using var rest = new StreamReader(body);
        (await rest.ReadToEndAsync(Cancellation)).ShouldBe("IEA*1~");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_problem()
    {
        Script.Download = (_, _) => throw DomainError.NotFound("claim file").ToRpcException();
        using var answer = await GetAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ProblemAsync(answer)).ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task A_fault_of_the_service_says_nothing_but_a_trace_id()
    {
        Script.Download = (_, _) => throw new RpcException(new Status(StatusCode.Internal, "SECRET-DETAIL"));
        Gateway.Logs.Expect("Platform.Shared.Errors", "GET failed");
        using var answer = await GetAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldNotContain("SECRET-DETAIL");
        (await ProblemAsync(answer)).ShouldBe("INTERNAL");
    }

    /// <summary>Half a claim file must not look like a whole one.</summary>
    [Fact]
    public async Task A_file_that_breaks_off_is_not_taken_for_whole()
    {
        Script.Download = async (writer, _) =>
        {
            await writer.WriteAsync(Piece("ISA*00*"));
            throw DomainError.Unavailable("store").ToRpcException();
        };
        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            using var answer = await GetAsync();
            await answer.Content.ReadAsStringAsync(Cancellation);
        });
        Gateway.Logs.Text.ShouldContain($"{file} broke off: Unavailable");
    }

    [Fact]
    public async Task A_reader_who_goes_away_ends_the_call_at_the_service()
    {
        Script.Download = async (writer, context) =>
        {
            await writer.WriteAsync(Piece("ISA*00*"));
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Script.Cancelled.TrySetResult();
        };
        var answer = await GetAsync();
        answer.Dispose();
        await Script.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private static DownloadClaimFileResponse Piece(string text) => new() { Chunk = ByteString.CopyFromUtf8(text) };

    private Task<HttpResponseMessage> GetAsync() => SendAsync(HttpMethod.Get, $"/v1/claim-files/{file}", Caller);
}
