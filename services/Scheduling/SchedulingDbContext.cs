using Microsoft.EntityFrameworkCore;
using Platform.Scheduling.Bookings;
using Platform.Scheduling.Clinicians;
using Platform.Scheduling.Episodes;
using Platform.Scheduling.Groups;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Scheduling;

/// <summary>The store of the Scheduling service.</summary>
public sealed class SchedulingDbContext(DbContextOptions<SchedulingDbContext> options) : ServiceDbContext(options)
{
    internal DbSet<Clinician> Clinicians => Set<Clinician>();

    internal DbSet<Group> Groups => Set<Group>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<GroupMember> Members => Set<GroupMember>();

    internal DbSet<Booking> Bookings => Set<Booking>();

    internal DbSet<Episode> Episodes => Set<Episode>();

    /// <inheritdoc/>
    protected override DomainError? ErrorFor(string constraint) => constraint switch
    {
        GroupMapping.NoFacilitatorOverlap => SchedulingErrors.FacilitatorBusy,
        GroupMapping.NotOverbooked => SchedulingErrors.GroupFull,
        BookingMapping.NoPersonOverlap => SchedulingErrors.PersonBusy,
        ClinicianMapping.OneNpi => SchedulingErrors.NpiTaken,
        _ => null,
    };

    /// <inheritdoc/>
    protected override void MapTables(ModelBuilder model)
    {
        model.MapMergedIds();
        model.ApplyConfigurationsFromAssembly(typeof(SchedulingDbContext).Assembly);
    }
}
