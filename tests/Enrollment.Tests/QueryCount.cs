using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Enrollment;

/// <summary>Counts what is asked of a store through a way to it of its own, beside those of its host.</summary>
internal sealed class QueryCount : DbCommandInterceptor
{
    private int count;

    public int Count => count;

    /// <summary>What every query waits for.</summary>
    public Task Opened { get; set; } = Task.CompletedTask;

    public void Reset() => count = 0;

    /// <summary>The store of a host, whose queries are counted.</summary>
    public Database<EnrollmentDbContext> Of(TestHost host)
    {
        var options = new DbContextOptionsBuilder<EnrollmentDbContext>(
            host.Services.GetRequiredService<DbContextOptions<EnrollmentDbContext>>()).AddInterceptors(this).Options;
        return new Database<EnrollmentDbContext>(
            new Contexts(options), host.Services.GetRequiredService<OutboxSignal>(), TimeProvider.System);
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref count);
        await Opened;
        return result;
    }

    private sealed class Contexts(DbContextOptions<EnrollmentDbContext> options) : IDbContextFactory<EnrollmentDbContext>
    {
        public EnrollmentDbContext CreateDbContext() => new(options);
    }
}
