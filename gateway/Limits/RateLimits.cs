using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Platform.Shared.Security;
using Platform.Shared.Errors;

namespace Platform.Gateway.Limits;

/// <summary>How many calls a caller may make. Configuration section <c>Gateway:Limits</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Limits";

    /// <summary>Calls a second that each caller (token subject) may make for long.</summary>
    public int CallsPerSecond { get; set; } = 200;

    /// <summary>Calls that each caller may make at once after being quiet.</summary>
    public int Burst { get; set; } = 1000;
}

/// <summary>A token bucket for each caller; beyond it the answer is 429 with <c>Retry-After</c> (RFC 6585 section 4).</summary>
internal static class RateLimits
{
    public const string Policy = "per-caller";

    public static IServiceCollection AddGatewayRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>()
            .BindConfiguration(RateLimitOptions.Section)
            .Validate(
                o => o.CallsPerSecond >= 1 && o.Burst >= o.CallsPerSecond,
                "Gateway:Limits: CallsPerSecond must be at least 1, and Burst at least CallsPerSecond.")
            .ValidateOnStart();
        return services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) => new ValueTask(RejectAsync(context));
            limiter.AddPolicy(Policy, context =>
            {
                var options = context.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>().Value;
                return RateLimitPartition.GetTokenBucketLimiter(
                    (context.User.FindFirst(CallerClaims.Network)?.Value, context.User.FindFirst("sub")?.Value),
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = options.Burst,
                        TokensPerPeriod = options.CallsPerSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                        QueueLimit = 0,
                    });
            });
        });
    }

    /// <summary>A gRPC client reads the HTTP status alone, as UNAVAILABLE; others get a problem document.</summary>
    private static Task RejectAsync(OnRejectedContext rejected)
    {
        var context = rejected.HttpContext;
        var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true
            ? Task.CompletedTask
            : Problem.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Too many calls. Wait as long as Retry-After says, and repeat.");
    }
}
