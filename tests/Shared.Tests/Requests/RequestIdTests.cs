using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Errors;
using Platform.Shared.Tests.Members;

namespace Platform.Shared.Tests.Requests;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_repeat_gets_the_first_answer_and_has_no_second_effect(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var request = service.JoinRequest("Ada");

        var first = await service.Client.JoinAsync(request, service.Operator);
        var second = await service.Client.JoinAsync(request, service.Operator);

        second.ShouldBe(first);
        (await CountAsync(service)).ShouldBe(1);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_request_id_is_refused_for_another_request(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var request = service.JoinRequest("Ada");
        await service.Client.JoinAsync(request, service.Operator);

        var other = new JoinRequest(request) { Name = "Grace" };
        var refusal = await Should.ThrowAsync<RpcException>(async () => await service.Client.JoinAsync(other, service.Operator));

        refusal.ToDomainError()!.Code.ShouldBe("REQUEST_ID_REUSED");
        refusal.StatusCode.ShouldBe(StatusCode.AlreadyExists);
        (await CountAsync(service)).ShouldBe(1);
    }

    [Fact]
    public async Task A_request_id_of_one_network_means_nothing_in_another()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Postgres);
        var request = service.JoinRequest("Ada");

        var here = await service.Client.JoinAsync(request, service.Operator);
        var there = await service.Client.JoinAsync(request, service.Tokens.Operator(Guid.CreateVersion7()));

        there.MemberId.ShouldNotBe(here.MemberId);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task The_same_button_pressed_many_times_at_once_has_one_effect(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var request = service.JoinRequest("Ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(async _ => await service.Client.JoinAsync(request, service.Operator)));

        answers.Select(answer => answer.MemberId).Distinct().Count().ShouldBe(1);
        (await CountAsync(service)).ShouldBe(1);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_request_that_fails_leaves_nothing_and_may_be_repeated_with_its_id(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var request = service.JoinRequest("Ada", fault: "domain");
        await Should.ThrowAsync<RpcException>(async () => await service.Client.JoinAsync(request, service.Operator));
        (await CountAsync(service)).ShouldBe(0);

        request.Fault = "";
        await service.Client.JoinAsync(request, service.Operator);

        (await CountAsync(service)).ShouldBe(1);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_repeat_gets_the_first_answer_without_asking_other_services_again(StoreKind store)
    {
        var asked = 0;
        await using var service = await MemberHost.StartAsync(store, add: builder => builder.Services.AddSingleton<Func<Task<string>>>(
            () => ++asked == 2
                ? throw DomainError.Unavailable("other service").ToException()
                : Task.FromResult($"answer {asked}")));
        var request = service.JoinRequest("Ada");
        var first = await service.Client.VouchAsync(request, service.Operator);

        (await service.Client.VouchAsync(request, service.Operator)).ShouldBe(first);
        asked.ShouldBe(1);
        var reused = await Should.ThrowAsync<RpcException>(
            async () => await service.Client.VouchAsync(new JoinRequest(request) { Name = "Grace" }, service.Operator));
        reused.ToDomainError()!.Code.ShouldBe("REQUEST_ID_REUSED");

        var other = service.JoinRequest("Ada");
        var refused = await Should.ThrowAsync<RpcException>(async () => await service.Client.VouchAsync(other, service.Operator));
        refused.StatusCode.ShouldBe(StatusCode.Unavailable);
        (await service.Client.VouchAsync(other, service.Operator)).MemberId.ShouldBe("answer 3");
    }

    [Theory]
    [InlineData("", "is required")]
    [InlineData("17", "is not a UUID")]
    public async Task A_request_without_a_proper_id_is_refused(string requestId, string why)
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Sqlite);
        var request = new JoinRequest { RequestId = requestId, Name = "Ada", Age = 30 };

        var refusal = await Should.ThrowAsync<RpcException>(async () => await service.Client.JoinAsync(request, service.Operator));

        refusal.ToDomainError()!.Fields.ShouldBe([new FieldViolation("request_id", why)]);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task Of_two_changes_based_on_the_same_etag_only_one_is_made(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var member = await service.Client.JoinAsync(service.JoinRequest("Ada"), service.Operator);

        var outcomes = await Task.WhenAll(new[] { "Grace", "Edsger" }.Select(async name =>
        {
            try
            {
                await service.Client.RenameAsync(
                    new RenameRequest
                    {
                        RequestId = Guid.NewGuid().ToString(), MemberId = member.MemberId, Name = name, Etag = member.Etag,
                    },
                    service.Operator);
                return StatusCode.OK;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }));

        outcomes.Order().ShouldBe([StatusCode.OK, StatusCode.Aborted]);
    }

    private static Task<int> CountAsync(MemberHost service) =>
        service.Database.ReadAsync(service.Network, (db, token) => db.Members.CountAsync(token), CancellationToken.None);
}
