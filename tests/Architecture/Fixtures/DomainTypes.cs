using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Logging;

namespace Platform.Architecture.Fixtures;

internal sealed class AdmissionTable : IEntityTypeConfiguration<Admission>
{
    public void Configure(EntityTypeBuilder<Admission> builder) => builder.HasKey("Id");
}

/// <summary>A row, which crosses the line inside a lambda of an async method.</summary>
internal sealed class Admission
{
    public static async Task<int> PlaceInLineAsync(IServiceProvider services)
    {
        await Task.Yield();
        Func<ILogger?> log = () => (ILogger?)services.GetService(typeof(string));
        return log() is null ? 0 : WaitlistOrder.First;
    }
}

/// <summary>Is a domain type because the row refers to it; crosses the line in a signature.</summary>
internal static class WaitlistOrder
{
    public static int First => 1;

    public static int Of(HttpContext context) => context.GetHashCode();
}

/// <summary>A record, which crosses it in its state.</summary>
internal sealed record Offer(Guid Id, StatusCode Outcome);

/// <summary>A record that does not cross it: time comes in.</summary>
internal sealed record Stay(DateOnly From, DateTimeOffset AdmittedAt)
{
    public bool HasBegun(TimeProvider time) => time.GetUtcNow() >= AdmittedAt;
}

/// <summary>No domain type: it may speak of both sides, but not read a clock that no test can set.</summary>
internal sealed class AdmissionEndpoint
{
    public static DateTimeOffset Now(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested ? default : DateTimeOffset.UtcNow;
}
