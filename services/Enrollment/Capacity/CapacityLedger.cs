using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Sites;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Moves the places of a program, each move one conditional UPDATE: of two that want the last place, the second waits for the
/// first one's row, finds its condition no longer true, and changes nothing. Every move is published, and goes to the cache
/// once it is committed. A move that frees a place notes in the same row that the waitlist is to be asked.
/// </summary>
internal sealed partial class CapacityLedger(CapacityMirror mirror, WaitlistSignal waitlist)
{
    /// <summary>No place is left.</summary>
    public static readonly DomainError Full = DomainError.Exhausted(
        "PROGRAM_FULL", "All places of the program are taken or held. Search for another one.");

    private static readonly DomainError BelowTaken = DomainError.Precondition(
        "CAPACITY_BELOW_TAKEN", "More places are taken or held than that. Discharge or release first.");

    /// <summary>Opens the places of a new program; the cache learns of it with the whole site.</summary>
    public static PlaceCounts Open(EnrollmentDbContext db, Site site, CareProgram program, int licensed)
    {
        var capacity = new ProgramCapacity
        {
            ProgramId = program.Id,
            NetworkId = db.NetworkId,
            SiteId = program.SiteId,
            Licensed = licensed,
            Version = 1,
            WaitlistDue = licensed > 0,
            ClosesAt = StartOf(site.ClosedOn, site.TimeZone),
        };
        db.Capacities.Add(capacity);
        db.LicensedChanges.Add(new LicensedChange
        {
            NetworkId = db.NetworkId,
            ProgramId = program.Id,
            SiteId = site.Id,
            From = site.Today(db.Now),
            Licensed = licensed,
        });
        Publish(db, program.SiteId, program.Id, capacity.Counts);
        return capacity.Counts;
    }

    /// <summary>
    /// Holds a place for an offer, and says whether anybody waits for one there, as it is while the places are locked; null when none
    /// is left.
    /// </summary>
    public async Task<bool?> TryHoldAsync(EnrollmentDbContext db, ProgramProfile program, CancellationToken cancellationToken) =>
        (await TryMoveAsync(db, program.SiteId, program.ProgramId, new Move(Held: 1, Occupied: 0), cancellationToken, program.RegionId))
            ?.AnyWaits;

    /// <summary>Holds a place for an offer of the waitlist, which then looks for the next one; false when none is left.</summary>
    public async Task<bool> TryHoldInLineAsync(EnrollmentDbContext db, ProgramProfile program, CancellationToken cancellationToken) =>
        await TryMoveAsync(
            db, program.SiteId, program.ProgramId, new Move(Held: 1, Occupied: 0, AsksAgain: true), cancellationToken) is not null;

    /// <summary>
    /// Takes the note off a program that the waitlist is to be asked, and locks its places: what is noted from now on waits for
    /// this transaction and stands after it.
    /// </summary>
    /// <returns>The places; null when there is no such program.</returns>
    public static async Task<ProgramCapacity?> TakeNoteAsync(EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken) =>
        (await db.Capacities
            .FromSql(
                $"""
                 UPDATE program_capacity SET waitlist_due = {false}
                 WHERE network_id = {db.NetworkId} AND program_id = {programId}
                 RETURNING *
                 """)
            .IgnoreQueryFilters()
            .AsNoTracking()
            .ToListAsync(cancellationToken)).SingleOrDefault();

    /// <summary>Turns a held place into a taken one.</summary>
    public Task AdmitAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken) =>
        MoveAsync(db, siteId, programId, new Move(Held: -1, Occupied: 1), cancellationToken);

    /// <summary>Lets go of held places.</summary>
    public Task ReleaseAsync(EnrollmentDbContext db, Guid siteId, Guid programId, int places, CancellationToken cancellationToken) =>
        MoveAsync(db, siteId, programId, new Move(Held: -places, Occupied: 0), cancellationToken);

    /// <summary>Frees a taken place.</summary>
    public Task DischargeAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken) =>
        MoveAsync(db, siteId, programId, new Move(Held: 0, Occupied: -1), cancellationToken);

    /// <summary>Takes an open place for a person who is in care already and holds none.</summary>
    /// <exception cref="DomainException">RESOURCE_EXHAUSTED: none is open. FAILED_PRECONDITION: the program is closed.</exception>
    public async Task TakeAsync(EnrollmentDbContext db, Guid siteId, Guid programId, CancellationToken cancellationToken)
    {
        if (await TryMoveAsync(db, siteId, programId, new Move(Held: 0, Occupied: 1), cancellationToken) is null)
        {
            throw (await RefusalAsync(db, programId, cancellationToken)).ToException();
        }
    }

    /// <summary>
    /// Moves a person from a place of one program to one of another: at no moment are both taken, or neither. The rows are changed
    /// in the order of the programs' ids, as everyone does who changes several.
    /// </summary>
    /// <exception cref="DomainException">
    /// RESOURCE_EXHAUSTED: the other program has no open place. FAILED_PRECONDITION: it is closed.
    /// </exception>
    public async Task MoveSeatAsync(
        EnrollmentDbContext db, Guid fromSite, Guid fromProgram, Guid toSite, Guid toProgram, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(fromProgram, toProgram);
        if (fromProgram.CompareTo(toProgram) < 0)
        {
            await DischargeAsync(db, fromSite, fromProgram, cancellationToken);
        }

        await TakeAsync(db, toSite, toProgram, cancellationToken);
        if (fromProgram.CompareTo(toProgram) > 0)
        {
            await DischargeAsync(db, fromSite, fromProgram, cancellationToken);
        }
    }

    /// <summary>Changes how many places a program is licensed for, from today on.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: more are taken or held.</exception>
    public async Task LicenseAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, int licensed, CancellationToken cancellationToken)
    {
        await LicensedHistory.BeginAsync(db, programId, cancellationToken);
        var changed = await db.Capacities
            .FromSql(
                $"""
                 UPDATE program_capacity
                 SET licensed = {licensed}, lowering_to = NULL, version = version + 1, waitlist_due = waitlist_due OR {licensed} > licensed
                 WHERE network_id = {db.NetworkId} AND program_id = {programId} AND occupied + held <= {licensed}
                 RETURNING *
                 """)
            .IgnoreQueryFilters()
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        if (changed.Count == 0)
        {
            throw BelowTaken.ToException();
        }

        await LicensedHistory.RecordAsync(
            db, siteId, programId, await db.TodayAsync(siteId, cancellationToken), licensed, cancellationToken);
        Follow(db, siteId, programId, changed[0].Counts, frees: true);
    }

    private async Task MoveAsync(EnrollmentDbContext db, Guid siteId, Guid programId, Move move, CancellationToken cancellationToken)
    {
        if (await TryMoveAsync(db, siteId, programId, move, cancellationToken) is null)
        {
            throw new InvalidOperationException($"The places of program {programId} do not cover its offers and episodes.");
        }
    }

    /// <summary>
    /// Takes or frees places; null when there are none to take. What was changed before is saved first, so that the places are
    /// locked last; and what is due by the calendar takes effect before.
    /// </summary>
    private async Task<Moved?> TryMoveAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, Move move, CancellationToken cancellationToken, Guid? regionId = null)
    {
        await db.SaveChangesAsync(cancellationToken);
        var moved = await TryMoveNowAsync(db, siteId, programId, regionId, move, cancellationToken);
        return moved is null && move.Taken > 0 && await ApplyDueAsync(db, siteId, programId, cancellationToken)
            ? await TryMoveNowAsync(db, siteId, programId, regionId, move, cancellationToken)
            : moved;
    }

    /// <summary>
    /// One statement, so that a contested row is locked as late as possible; it answers with the numbers that it made. While a
    /// lower number waits for places to free, the licensed places are those that are taken. Whether anybody waits is asked by a
    /// second one, which sees what was committed until the row was locked.
    /// </summary>
    private async Task<Moved?> TryMoveNowAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, Guid? regionId, Move move, CancellationToken cancellationToken)
    {
        var now = db.Stored(db.Now);
        var moved = await Statements.QueryAsync(
            db,
            [
                $"""
                 UPDATE program_capacity
                 SET held = held + {move.Held}, occupied = occupied + {move.Occupied}, version = version + 1,
                     waitlist_due = waitlist_due OR {move.Asks},
                     licensed = CASE
                         WHEN lowering_to IS NULL THEN licensed
                         WHEN lowering_to > occupied + held + {move.Taken} THEN lowering_to
                         ELSE occupied + held + {move.Taken} END,
                     lowering_to = CASE WHEN licensed > lowering_to THEN lowering_to END
                 WHERE network_id = {db.NetworkId} AND program_id = {programId}
                   AND held + {move.Held} >= 0 AND occupied + {move.Occupied} >= 0
                   AND occupied + held + {move.Taken} <= licensed
                   AND ({move.Taken} <= 0
                       OR ((changes_at IS NULL OR changes_at > {now}) AND (closes_at IS NULL OR closes_at > {now})))
                 RETURNING licensed, occupied, held, version, lowering_to IS NOT NULL
                 """,
                $"""
                 SELECT EXISTS (SELECT 1 FROM waitlist_want
                     WHERE network_id = {db.NetworkId} AND is_open AND target_id IN ({programId}, {siteId}, {regionId ?? siteId}))
                 """,
            ],
            Moved.ReadAsync,
            cancellationToken);
        if (moved is null)
        {
            return null;
        }

        if (move.Leaves)
        {
            db.CountFreed(programId);
        }

        if (moved.IsLowering)
        {
            await LicensedHistory.RecordAsync(
                db, siteId, programId, await db.TodayAsync(siteId, cancellationToken), moved.Counts.Licensed, cancellationToken);
        }

        Follow(db, siteId, programId, moved.Counts, move.Frees);
        return moved;
    }

    private void Follow(EnrollmentDbContext db, Guid siteId, Guid programId, PlaceCounts counts, bool frees)
    {
        Publish(db, siteId, programId, counts);
        var network = db.NetworkId;
        if (frees)
        {
            db.AfterCommit(_ =>
            {
                waitlist.Set(network);
                return Task.CompletedTask;
            });
        }

        db.AfterCommit(_ => mirror.CountsChangedAsync(network, siteId, programId, counts));
    }

    private static void Publish(EnrollmentDbContext db, Guid siteId, Guid programId, PlaceCounts counts) =>
        db.Publish(
            new ProgramCapacityChanged(programId, counts.Version, siteId, counts.Licensed, counts.Occupied, counts.Held), programId);

    /// <summary>By how much the places of a program change.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Move(int Held, int Occupied, bool AsksAgain = false)
    {
        /// <summary>How many more are taken or held.</summary>
        public int Taken => Held + Occupied;

        /// <summary>Whether a place comes open.</summary>
        public bool Frees => Taken < 0;

        /// <summary>Whether a person leaves a place.</summary>
        public bool Leaves => Occupied < 0;

        /// <summary>Whether the waitlist is to be asked.</summary>
        public bool Asks => Frees || AsksAgain;
    }

    /// <summary>What a move made of the places.</summary>
    /// <param name="Counts">The numbers.</param>
    /// <param name="IsLowering">Whether a lower licensed number waits for places to free.</param>
    /// <param name="AnyWaits">Whether anybody waits for a place there, suited or not.</param>
    private sealed record Moved(PlaceCounts Counts, bool IsLowering, bool AnyWaits)
    {
        /// <summary>Reads what the two statements answered.</summary>
        public static async Task<Moved?> ReadAsync(DbDataReader answers, CancellationToken cancellationToken)
        {
            if (!await answers.ReadAsync(cancellationToken))
            {
                return null;
            }

            var counts = new PlaceCounts(answers.GetInt32(0), answers.GetInt32(1), answers.GetInt32(2), answers.GetInt64(3));
            var isLowering = answers.GetBoolean(4);
            await answers.NextResultAsync(cancellationToken);
            await answers.ReadAsync(cancellationToken);
            return new Moved(counts, isLowering, answers.GetBoolean(0));
        }
    }
}
