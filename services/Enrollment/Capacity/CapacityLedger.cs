using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Moves the places of a program, each move one conditional UPDATE: of two that want the last place, the second waits for the
/// first one's row, finds its condition no longer true, and changes nothing. Every move is published, and goes to the cache
/// once it is committed.
/// </summary>
internal sealed class CapacityLedger(CapacityMirror mirror)
{
    /// <summary>No place is left.</summary>
    public static readonly DomainError Full = DomainError.Exhausted(
        "PROGRAM_FULL", "All places of the program are taken or held. Search for another one.");

    private static readonly DomainError BelowTaken = DomainError.Precondition(
        "CAPACITY_BELOW_TAKEN", "More places are taken or held than that. Discharge or release first.");

    /// <summary>Opens the places of a new program; the cache learns of it with the whole site.</summary>
    public static PlaceCounts Open(EnrollmentDbContext db, CareProgram program, int licensed)
    {
        var capacity = new ProgramCapacity
        {
            ProgramId = program.Id,
            NetworkId = db.NetworkId,
            SiteId = program.SiteId,
            Licensed = licensed,
            Version = 1,
        };
        db.Capacities.Add(capacity);
        Publish(db, program.SiteId, program.Id, capacity.Counts);
        return capacity.Counts;
    }

    /// <summary>Holds a place for an offer; false when none is left.</summary>
    public async Task<bool> TryHoldAsync(EnrollmentDbContext db, CareProgram program, CancellationToken cancellationToken) =>
        await MoveAsync(
            db, program.SiteId, program.Id, c => c.Occupied + c.Held < c.Licensed, held: 1, occupied: 0, cancellationToken);

    /// <summary>Turns a held place into a taken one.</summary>
    public Task AdmitAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken) =>
        RequireMoveAsync(db, siteId, programId, c => c.Held >= 1, held: -1, occupied: 1, cancellationToken);

    /// <summary>Lets go of held places.</summary>
    public Task ReleaseAsync(EnrollmentDbContext db, Guid siteId, Guid programId, int places, CancellationToken cancellationToken) =>
        RequireMoveAsync(db, siteId, programId, c => c.Held >= places, held: -places, occupied: 0, cancellationToken);

    /// <summary>Frees a taken place.</summary>
    public Task DischargeAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken) =>
        RequireMoveAsync(db, siteId, programId, c => c.Occupied >= 1, held: 0, occupied: -1, cancellationToken);

    /// <summary>Changes how many places a program is licensed for.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: more are taken or held.</exception>
    public async Task LicenseAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, int licensed, CancellationToken cancellationToken)
    {
        var changed = await db.Capacities
            .Where(c => c.ProgramId == programId && c.Occupied + c.Held <= licensed)
            .ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Licensed, licensed).SetProperty(c => c.Version, c => c.Version + 1),
                cancellationToken);
        if (changed == 0)
        {
            throw BelowTaken.ToException();
        }

        await PublishCurrentAsync(db, siteId, programId, cancellationToken);
    }

    private async Task RequireMoveAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, Expression<Func<ProgramCapacity, bool>> condition, int held, int occupied,
        CancellationToken cancellationToken)
    {
        if (!await MoveAsync(db, siteId, programId, condition, held, occupied, cancellationToken))
        {
            throw new InvalidOperationException($"The places of program {programId} do not cover its offers and episodes.");
        }
    }

    private async Task<bool> MoveAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, Expression<Func<ProgramCapacity, bool>> condition, int held, int occupied,
        CancellationToken cancellationToken)
    {
        var changed = await db.Capacities
            .Where(c => c.ProgramId == programId)
            .Where(condition)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(c => c.Held, c => c.Held + held)
                    .SetProperty(c => c.Occupied, c => c.Occupied + occupied)
                    .SetProperty(c => c.Version, c => c.Version + 1),
                cancellationToken);
        if (changed == 0)
        {
            return false;
        }

        await PublishCurrentAsync(db, siteId, programId, cancellationToken);
        return true;
    }

    /// <summary>The row is locked by the update that came before, so these are the numbers that it made.</summary>
    private async Task PublishCurrentAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken)
    {
        var capacity = await db.Capacities.AsNoTracking().SingleAsync(c => c.ProgramId == programId, cancellationToken);
        Publish(db, siteId, programId, capacity.Counts);
        var network = db.NetworkId;
        db.AfterCommit(_ => mirror.CountsChangedAsync(network, siteId, programId, capacity.Counts));
    }

    private static void Publish(EnrollmentDbContext db, Guid siteId, Guid programId, PlaceCounts counts) =>
        db.Publish(
            new ProgramCapacityChanged(programId, counts.Version, siteId, counts.Licensed, counts.Occupied, counts.Held), programId);
}
