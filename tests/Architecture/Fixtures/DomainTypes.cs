using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Architecture.Fixtures;

/// <summary>Crosses the line in its code, inside a lambda of an async method: it reads a clock.</summary>
internal sealed class Admission
{
    public static async Task<int> OpenAsync()
    {
        await Task.Yield();
        Func<DateTimeOffset> now = () => DateTimeOffset.UtcNow;
        return now().Year;
    }
}

/// <summary>Crosses it in its state.</summary>
internal sealed class Offer(ILogger logger)
{
    public override string ToString() => $"{logger}";
}

/// <summary>Crosses it in a signature.</summary>
internal static class WaitlistOrder
{
    public static int Of(HttpContext context) => context.GetHashCode();
}

/// <summary>Does not cross it: time is an argument.</summary>
internal sealed record Stay(DateOnly From, DateTimeOffset AdmittedAt, TimeProvider Time)
{
    public bool Began => Time.GetUtcNow() >= AdmittedAt;
}

/// <summary>An edge by its name.</summary>
internal sealed class AdmissionEndpoint
{
    public static DateTimeOffset Now(HttpContext context) => context.RequestAborted.IsCancellationRequested ? default : DateTimeOffset.UtcNow;
}

/// <summary>An edge by what it derives from.</summary>
internal sealed class ReleaseOfLapsedOffers(ILogger<ReleaseOfLapsedOffers> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.LogInformation("Released");
        return Task.CompletedTask;
    }
}
