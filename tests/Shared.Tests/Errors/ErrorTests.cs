using Google.Rpc;
using Grpc.Core;
using Platform.Shared.Errors;
using Platform.Shared.Tests.Members;

namespace Platform.Shared.Tests.Errors;

/// <summary>What a caller sees of a failure, in each of the four kinds of calls.</summary>
public sealed class ErrorTests : IAsyncLifetime
{
    private MemberHost service = null!;

    public async ValueTask InitializeAsync() => service = await MemberHost.StartAsync(StoreKind.Sqlite);

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public void One_wrong_field_is_named_however_long_its_name_and_what_is_wrong_with_it_are()
    {
        var error = DomainError.Invalid(new string('n', 199) + "\U0001F600", new string('d', 9_000));
        error.Fields.ShouldHaveSingleItem().Field.ShouldBe(new string('n', 199) + "...");
        error.Fields[0].Description.Length.ShouldBeLessThan(2_000);
        error.Message.ShouldStartWith("nnn");
    }

    [Theory]
    [InlineData("unary")]
    [InlineData("client streaming")]
    [InlineData("server streaming")]
    [InlineData("duplex streaming")]
    public async Task A_domain_error_comes_with_its_code_in_the_details(string kind)
    {
        var failure = await CallAsync(kind, "domain");

        failure.Status.ShouldBe(new Grpc.Core.Status(StatusCode.ResourceExhausted, "No place is left."));
        var details = failure.GetRpcStatus().ShouldNotBeNull();
        details.Code.ShouldBe((int)StatusCode.ResourceExhausted);
        details.GetDetail<ErrorInfo>().ShouldNotBeNull().Domain.ShouldBe("platform");
        failure.ToDomainError().ShouldNotBeNull().Code.ShouldBe("PROGRAM_FULL");
    }

    [Theory]
    [InlineData("unary")]
    [InlineData("client streaming")]
    [InlineData("server streaming")]
    [InlineData("duplex streaming")]
    public async Task A_fault_tells_a_trace_id_and_nothing_else_and_is_logged_under_that_id(string kind)
    {
        service.Host.Logs.Expect("Platform.Shared.Errors", "FormatException");

        var failure = await CallAsync(kind, "bug");

        failure.StatusCode.ShouldBe(StatusCode.Internal);
        failure.Status.Detail.ShouldMatch("^The request failed; quote trace id [0-9a-f]{32}\\.$");
        var traceId = failure.Status.Detail[^33..^1];
        service.Host.Logs.Entries.ShouldContain(entry => entry.Message.Contains(traceId) && entry.Message.Contains("FormatException"));
    }

    [Fact]
    public async Task What_is_wrong_with_fields_is_told_field_by_field()
    {
        var failure = await Should.ThrowAsync<RpcException>(async () =>
            await service.Client.JoinAsync(new JoinRequest { RequestId = Guid.NewGuid().ToString() }, service.Operator));

        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        var violation = failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.ShouldHaveSingleItem();
        (violation.Field, violation.Description).ShouldBe(("name", "is required"));
    }

    [Fact]
    public async Task A_passed_deadline_is_no_fault()
    {
        var failure = await Should.ThrowAsync<RpcException>(async () => await service.Client.ReadAsync(
            new ReadRequest { Fault = "wait" }, service.Operator, DateTime.UtcNow.AddMilliseconds(300)));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    private async Task<RpcException> CallAsync(string kind, string fault)
    {
        var headers = service.Operator;
        return await Should.ThrowAsync<RpcException>(async () =>
        {
            switch (kind)
            {
                case "unary":
                    await service.Client.JoinAsync(service.JoinRequest("Ada", fault), headers);
                    break;
                case "client streaming":
                    using (var upload = service.Client.Upload(headers))
                    {
                        await upload.RequestStream.WriteAsync(service.JoinRequest("Ada", fault));
                        await upload.RequestStream.CompleteAsync();
                        await upload;
                    }

                    break;
                case "server streaming":
                    using (var follow = service.Client.Follow(new ReadRequest { Fault = fault }, headers))
                        await DrainAsync(follow.ResponseStream);
                    break;
                default:
                    using (var converse = service.Client.Converse(headers))
                    {
                        await converse.RequestStream.WriteAsync(new ReadRequest { Fault = fault });
                        await converse.RequestStream.CompleteAsync();
                        await DrainAsync(converse.ResponseStream);
                    }

                    break;
            }
        });
    }

    private static async Task DrainAsync(IAsyncStreamReader<MemberReply> replies)
    {
        while (await replies.MoveNext(CancellationToken.None))
        {
            // To the end, where the status is.
        }
    }
}
