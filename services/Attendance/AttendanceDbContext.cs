using Microsoft.EntityFrameworkCore;
using Platform.Attendance.Rolls;
using Platform.Attendance.ServiceDays;
using Platform.Shared.Persistence;

namespace Platform.Attendance;

/// <summary>The store of the Attendance service.</summary>
public sealed class AttendanceDbContext(DbContextOptions<AttendanceDbContext> options) : ServiceDbContext(options)
{
    internal DbSet<Roll> Rolls => Set<Roll>();

    internal DbSet<RollLine> Lines => Set<RollLine>();

    internal DbSet<ServiceDay> ServiceDays => Set<ServiceDay>();

    internal DbSet<ServiceDayMinutes> ServiceDayMinutes => Set<ServiceDayMinutes>();

    /// <inheritdoc/>
    protected override void MapTables(ModelBuilder model)
    {
        model.MapMergedIds();
        model.ApplyConfigurationsFromAssembly(typeof(AttendanceDbContext).Assembly);
    }
}
