using System.Net;
using System.Text.Json;
using Platform.Billing.V1;
using Platform.Gateway.Tests.Support;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Gateway.Tests;

/// <summary><c>POST /v1/remittances</c>.</summary>
public sealed class RemittanceTests : GatewayTest
{
    private const int Largest = 400_000;

    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Gateway:Transfers:LargestRemittance"] = $"{Largest}",
    };

    [Fact]
    public async Task A_remittance_reaches_the_service_as_it_was_sent_in_small_pieces()
    {
        var content = new byte[Largest];
        Random.Shared.NextBytes(content);
        var key = Guid.CreateVersion7();
        using var answer = await PostAsync(new ByteArrayContent(content), $"{key}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        using var posted = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Cancellation));
        var remittance = posted.RootElement.GetProperty("remittances")[0];
        remittance.GetProperty("paidCents").GetString().ShouldBe("12345"); // the JSON form of protobuf writes int64 as text
        remittance.GetProperty("claims").GetInt32().ShouldBe(2);

        var parts = Script.Posted.ToList();
        parts[0].Header.RequestId.ShouldBe(key.ToString());
        parts.Skip(1).ShouldAllBe(p => p.Chunk.Length <= 64 * 1024);
        parts.Skip(1).SelectMany(p => p.Chunk).ShouldBe(content);
    }

    [Fact]
    public async Task Without_a_key_each_post_is_a_request_of_its_own()
    {
        using var first = await PostAsync(new StringContent("ISA*00"), key: null);
        using var second = await PostAsync(new StringContent("ISA*00"), key: null);
        var ids = Script.Posted.Where(p => p.PartCase == PostRemittanceRequest.PartOneofCase.Header).Select(p => Guid.Parse(p.Header.RequestId)).ToList();
        ids.Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task A_key_that_is_no_UUID_is_a_problem_and_nothing_is_posted(string key)
    {
        using var answer = await PostAsync(new StringContent("ISA*00"), key);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.Content.ReadAsStringAsync(Cancellation);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        problem.ShouldContain("Idempotency-Key");
        Backend.Arrivals.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_the_service_refuses_is_a_problem_that_says_why()
    {
        Script.Refusal = DomainError.Invalid("file", "is not balanced: BPR02 is 100.00, the claims sum to 90.00").ToRpcException();
        using var answer = await PostAsync(new ByteArrayContent(new byte[Largest]), key: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Cancellation));
        problem.RootElement.GetProperty("code").GetString().ShouldBe("INVALID_ARGUMENT");
        problem.RootElement.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe("file");
        problem.RootElement.GetProperty("errors")[0].GetProperty("description").GetString()!.ShouldContain("BPR02");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_too_large_is_refused_and_never_posted(bool chunked)
    {
        HttpContent body = new ByteArrayContent(new byte[Largest + 1]);
        if (chunked)
        {
            body = new Pieces(async stream => await stream.WriteAsync(new byte[Largest + 1], Cancellation));
        }

        using var answer = await PostAsync(body, key: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await ProblemAsync(answer)).ShouldBe("TOO_LARGE");
        await Eventually.TrueAsync(() => Script.Cancelled.Task.IsCompleted || Script.Posted.IsEmpty, "the service to be told");
        Script.PostedToTheEnd.ShouldBeFalse();
    }

    [Fact]
    public async Task It_is_passed_on_while_it_is_still_coming()
    {
        var body = new Pieces(async stream =>
        {
            await stream.WriteAsync("ISA*00*"u8.ToArray(), Cancellation);
            await stream.FlushAsync(Cancellation);
            await Script.FirstPiece.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            await stream.WriteAsync("IEA*1~"u8.ToArray(), Cancellation);
        });
        using var answer = await PostAsync(body, key: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Script.Posted.Skip(1).Select(p => p.Chunk.ToStringUtf8()).ShouldBe(["ISA*00*", "IEA*1~"]);
    }

    [Fact]
    public async Task A_sender_who_goes_away_posts_nothing()
    {
        var body = new Pieces(async stream =>
        {
            await stream.WriteAsync("ISA*00*"u8.ToArray(), Cancellation);
            await stream.FlushAsync(Cancellation);
            await Script.FirstPiece.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            throw new IOException("The sender breaks off.");
        });
        await Should.ThrowAsync<Exception>(() => PostAsync(body, key: null));
        await Script.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Script.PostedToTheEnd.ShouldBeFalse();
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent body, string? key) =>
        SendAsync(HttpMethod.Post, "/v1/remittances", Caller, body, key);

    /// <summary>A body whose length nobody knows before it is written.</summary>
    private sealed class Pieces(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
