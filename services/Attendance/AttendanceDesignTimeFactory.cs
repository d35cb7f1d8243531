using Microsoft.EntityFrameworkCore.Design;
using Platform.Shared.Persistence;

namespace Platform.Attendance;

/// <summary>Gives the migration tool a PostgreSQL model; it connects to nothing.</summary>
public sealed class AttendanceDesignTimeFactory : IDesignTimeDbContextFactory<AttendanceDbContext>
{
    /// <inheritdoc/>
    public AttendanceDbContext CreateDbContext(string[] args) =>
        new(DesignTimeStore.Options<AttendanceDbContext>());
}
