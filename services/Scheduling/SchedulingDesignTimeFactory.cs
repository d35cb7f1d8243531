using Microsoft.EntityFrameworkCore.Design;
using Platform.Shared.Persistence;

namespace Platform.Scheduling;

/// <summary>Gives the migration tool a PostgreSQL model; it connects to nothing.</summary>
public sealed class SchedulingDesignTimeFactory : IDesignTimeDbContextFactory<SchedulingDbContext>
{
    /// <inheritdoc/>
    public SchedulingDbContext CreateDbContext(string[] args) =>
        new(DesignTimeStore.Options<SchedulingDbContext>());
}
