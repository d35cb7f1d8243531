using System.Net;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Shared.Tests.Errors;

/// <summary>The same errors over HTTP (RFC 9457).</summary>
public sealed class ProblemTests
{
    public static TheoryData<string, HttpStatusCode, string> Failures => new()
    {
        { "invalid", HttpStatusCode.BadRequest, "INVALID_ARGUMENT" },
        { "missing", HttpStatusCode.NotFound, "NOT_FOUND" },
        { "stale", HttpStatusCode.PreconditionFailed, "ETAG_MISMATCH" },
        { "reused", HttpStatusCode.UnprocessableEntity, "REQUEST_ID_REUSED" },
        { "full", HttpStatusCode.Conflict, "PROGRAM_FULL" },
        { "unavailable", HttpStatusCode.ServiceUnavailable, "UNAVAILABLE" },
        { "rpc", HttpStatusCode.Conflict, "PROGRAM_FULL" },
        { "gone", HttpStatusCode.ServiceUnavailable, "UNAVAILABLE" },
        { "bug", HttpStatusCode.InternalServerError, "INTERNAL" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_is_a_problem_document_with_a_stable_type_a_code_and_a_trace_id(
        string failure, HttpStatusCode status, string code)
    {
        using var tokens = new TestTokens();
        await using var host = await TestHost.StartAsync(
            "problems", _ => { }, app => app.MapGet("/fail/{how}", (Func<string, IResult>)Fail).AllowAnonymous(), tokens);
        host.Logs.Expect("Platform.Shared.Errors", "InvalidOperationException");
        using var http = new HttpClient { BaseAddress = host.HttpAddress };

        var response = await http.GetAsync($"/fail/{failure}");

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("type").GetString().ShouldBe($"urn:platform:error:{code}");
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("traceId").GetString()!.Length.ShouldBe(32);
        problem.GetRawText().ShouldNotContain("Ada", Case.Sensitive, "and not as digits of the trace id");
        if (failure == "invalid")
        {
            problem.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe("person.birth_date");
        }
    }

    [Fact]
    public async Task A_request_without_a_token_is_told_so_in_a_problem_document()
    {
        using var tokens = new TestTokens();
        await using var host = await TestHost.StartAsync("problems", _ => { }, app => app.MapGet("/closed", () => "never"), tokens);
        using var http = new HttpClient { BaseAddress = host.HttpAddress };

        var response = await http.GetAsync("/closed");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await response.Content.ReadAsStringAsync()).ShouldContain("TOKEN_REQUIRED");
    }

    private static IResult Fail(string how) => throw (how switch
    {
        "invalid" => DomainError.Invalid("person.birth_date", "is required").ToException(),
        "missing" => DomainError.NotFound("claim").ToException(),
        "stale" => DomainError.StaleEtag.ToException(),
        "reused" => DomainError.RequestIdReused.ToException(),
        "full" => DomainError.Exhausted("PROGRAM_FULL", "No place is left.").ToException(),
        "unavailable" => DomainError.Unavailable("database").ToException(),
        "rpc" => DomainError.Exhausted("PROGRAM_FULL", "No place is left.").ToRpcException(),
        "gone" => new RpcException(new Status(StatusCode.Unavailable, "connect failed")),
        _ => new InvalidOperationException("Ada is not here"),
    });
}
