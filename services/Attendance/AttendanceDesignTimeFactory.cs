using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Platform.Attendance;

/// <summary>Gives the migration tool a PostgreSQL model; it connects to nothing.</summary>
public sealed class AttendanceDesignTimeFactory : IDesignTimeDbContextFactory<AttendanceDbContext>
{
    /// <inheritdoc/>
    public AttendanceDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<AttendanceDbContext>().UseNpgsql("Host=design-time").Options);
}
