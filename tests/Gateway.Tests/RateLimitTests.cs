using System.Globalization;
using System.Net;
using Grpc.Core;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;
using Platform.Support;

namespace Platform.Gateway.Tests;

/// <summary>A caller who asks too much waits, and nobody else.</summary>
public sealed class RateLimitTests : GatewayTest
{
    /// <summary>More than a caller may make at once, even if the machine takes seconds for them.</summary>
    private const int Flood = 60;

    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Gateway:Limits:CallsPerSecond"] = "1",
        ["Gateway:Limits:Burst"] = "3",
    };

    [Fact]
    public async Task Requests_beyond_the_limit_are_told_when_to_come_again()
    {
        var greedy = CallerNamed("greedy");
        var path = $"/v1/claim-files/{Guid.CreateVersion7()}";
        var answers = await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => SendAsync(HttpMethod.Get, path, greedy)));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBeGreaterThanOrEqualTo(3);
        var refused = answers.Where(a => a.StatusCode != HttpStatusCode.OK).ToList();
        refused.ShouldNotBeEmpty();
        foreach (var answer in refused)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            int.Parse(answer.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
            (await ProblemAsync(answer)).ShouldBe("RATE_LIMITED");
        }

        Backend.Arrivals.Count.ShouldBe(Flood - refused.Count);
        using var modest = await SendAsync(HttpMethod.Get, path, CallerNamed("modest"));
        modest.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await SendAsync(HttpMethod.Get, path, greedy);
                return again.StatusCode == HttpStatusCode.OK;
            },
            "the caller to be served again");
        foreach (var answer in answers)
        {
            answer.Dispose();
        }
    }

    /// <summary>A gRPC client takes HTTP 429 for UNAVAILABLE (gRPC, "HTTP to gRPC status code mapping"): it may try again.</summary>
    [Fact]
    public async Task Calls_beyond_the_limit_are_unavailable_and_do_not_reach_the_service()
    {
        var greedy = CallerNamed("greedy");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Flood).Select(async _ =>
        {
            try
            {
                await Probe.EchoAsync(new Ping(), greedy);
                return StatusCode.OK;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }));
        outcomes.ShouldContain(StatusCode.Unavailable);
        outcomes.ShouldAllBe(o => o == StatusCode.OK || o == StatusCode.Unavailable);
        Backend.Arrivals.Count.ShouldBe(outcomes.Count(o => o == StatusCode.OK));
        await Probe.EchoAsync(new Ping(), CallerNamed("modest"));
    }
}
