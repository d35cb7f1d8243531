using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Shared.Tests.Members;

namespace Platform.Shared.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task A_service_that_lacks_a_part_lives_but_is_not_ready()
    {
        var answer = HealthCheckResult.Healthy();
        await using var service = await MemberHost.StartAsync(
            StoreKind.Sqlite, add: builder => builder.Services.AddHealthChecks().AddCheck("part", () => answer));
        service.Host.Logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "part");
        using var http = new HttpClient { BaseAddress = service.Host.HttpAddress };
        (await http.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);

        answer = HealthCheckResult.Unhealthy();

        (await http.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Health_is_answered_over_gRPC_without_a_token_and_reflection_is_not()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Sqlite);

        (await new Health.HealthClient(service.Host.Channel).CheckAsync(new HealthCheckRequest())).Status
            .ShouldNotBe(HealthCheckResponse.Types.ServingStatus.NotServing);

        using var reflection = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(service.Host.Channel)
            .ServerReflectionInfo();
        await reflection.RequestStream.CompleteAsync();
        var refusal = await Should.ThrowAsync<RpcException>(() => reflection.ResponseStream.MoveNext(CancellationToken.None));
        refusal.StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }
}
