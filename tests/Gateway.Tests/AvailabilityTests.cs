using System.Net;
using System.Net.Http.Json;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Enrollment.V1;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;
using Platform.Support;

namespace Platform.Gateway.Tests;

/// <summary>A service that is down takes nothing else with it, and is found again when it is back.</summary>
public sealed class AvailabilityTests : GatewayTest
{
    private readonly int port = FreePort.Next();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Services:Enrollment"] = Backend.AddressOf(port).ToString(),
        ["Services:Billing"] = Backend.AddressOf(port).ToString(),
    };

    [Fact]
    public async Task A_service_that_is_down_is_unavailable_until_it_is_back_and_the_others_go_on()
    {
        (await EnrollmentAsync()).ShouldBe(StatusCode.Unavailable);
        (await Probe.EchoAsync(new Ping { Number = 5 }, Caller)).Number.ShouldBe(5);

        await using var back = await Backend.StartAsync(port);
        await Eventually.TrueAsync(async () => await EnrollmentAsync() == StatusCode.Unimplemented, "the service to be reached again");
        back.Arrivals.ShouldContain(a => a.Path == "/platform.enrollment.v1.SiteService/GetSite");
    }

    [Fact]
    public async Task Files_of_a_service_that_is_down_are_unavailable_with_a_problem()
    {
        using var download = await SendAsync(HttpMethod.Get, $"/v1/claim-files/{Guid.CreateVersion7()}", Caller);
        using var post = await SendAsync(HttpMethod.Post, "/v1/remittances", Caller, new ByteArrayContent(new byte[200_000]));
        foreach (var answer in new[] { download, post })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ProblemAsync(answer)).ShouldBe("UNAVAILABLE");
        }
    }

    [Fact]
    public async Task Health_says_of_each_service_whether_it_serves()
    {
        (await HealthAsync("attendance")).ShouldBe((HttpStatusCode.OK, "SERVING"));
        (await HealthAsync("enrollment")).ShouldBe((HttpStatusCode.ServiceUnavailable, "UNREACHABLE"));
        using var unknown = await SendAsync(HttpMethod.Get, "/health/payroll", Caller);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        Script.Health = HealthStatus.Unhealthy;
        await Eventually.PassesAsync(
            async () => (await HealthAsync("attendance")).ShouldBe((HttpStatusCode.ServiceUnavailable, "NOT_SERVING")), "the service to say that it is ill");
    }

    private async Task<(HttpStatusCode Code, string Status)> HealthAsync(string service)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/health/{service}", caller: null);
        var health = await answer.Content.ReadFromJsonAsync<Health.ServiceHealth>(Cancellation);
        health!.Service.ShouldBe(service);
        return (answer.StatusCode, health.Status);
    }

    private async Task<StatusCode> EnrollmentAsync() =>
        (await Should.ThrowAsync<RpcException>(
            () => new SiteService.SiteServiceClient(Gateway.Channel).GetSiteAsync(new GetSiteRequest(), Caller).ResponseAsync)).StatusCode;
}
