using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Platform.Scheduling;

/// <summary>Gives the migration tool a PostgreSQL model; it connects to nothing.</summary>
public sealed class SchedulingDesignTimeFactory : IDesignTimeDbContextFactory<SchedulingDbContext>
{
    /// <inheritdoc/>
    public SchedulingDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SchedulingDbContext>().UseNpgsql("Host=design-time").Options);
}
