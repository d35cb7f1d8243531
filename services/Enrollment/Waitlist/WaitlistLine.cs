using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Waitlist;

/// <summary>
/// The line of a network as one row. Whoever changes the line holds it until the commit, so that whoever chooses from the line sees
/// one that stands still: everybody who came before is in it, and nobody comes or goes while the choice is made.
/// <para>It is locked after a referral, its entry and its offer, and before any places. Only the waitlist itself takes it first, and
/// therefore never waits for one of those: it comes back later instead.</para>
/// </summary>
internal sealed class WaitlistLine : ITenantOwned
{
    public Guid NetworkId { get; init; }

    /// <summary>How often it was taken.</summary>
    public long Turn { get; init; }

    /// <summary>
    /// When it was taken last, on the database's clock; later than every time before, though that clock was set back or is another
    /// machine's now. Those who join stand by it.
    /// </summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A turn at the line: it lasts until the transaction ends, and what happens in it is noted.</summary>
internal sealed class LineTurn
{
    private readonly EnrollmentDbContext _db;
    private readonly WaitlistLine _line;
    private readonly string _by;
    private int _ordinal;

    private LineTurn(EnrollmentDbContext db, WaitlistLine line, string by) => (_db, _line, _by) = (db, line, by);

    /// <summary>When the turn began: after every turn before it.</summary>
    public DateTimeOffset At => _line.At;

    /// <summary>Waits for the line and takes it.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="by">Who acts: a caller's subject, or a part of the service.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<LineTurn> TakeAsync(EnrollmentDbContext db, string by, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, cancellationToken) is { } line)
        {
            return new LineTurn(db, line, by);
        }

        // The first turn of a network. Not one statement with the update: those who wait for a row that is being inserted do not
        // queue, and each commit wakes all of them.
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO waitlist_line (network_id, turn, at) VALUES ({db.NetworkId}, 0, {db.Stored(db.Now)}) ON CONFLICT DO NOTHING",
            cancellationToken);
        return new LineTurn(db, (await FindAsync(db, cancellationToken))!, by);
    }

    /// <summary>Notes what happened to an entry.</summary>
    public void Note(WaitlistEntry entry, WaitlistEventKind kind, Guid? programId = null, Guid? offerId = null, string reason = "") =>
        _db.WaitlistEvents.Add(new WaitlistEvent
        {
            NetworkId = _db.NetworkId,
            Turn = _line.Turn,
            Ordinal = ++_ordinal,
            EntryId = entry.Id,
            Kind = kind,
            At = At,
            ProgramId = programId,
            OfferId = offerId,
            By = _by,
            Reason = reason,
        });

    /// <summary>The row, with the turn that is taken by changing it; null when the network has none yet.</summary>
    private static async Task<WaitlistLine?> FindAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var line = db.IsPostgres
            ? db.WaitlistLines.FromSql(
                $"""
                 UPDATE waitlist_line SET turn = turn + 1, at = greatest(clock_timestamp(), at + interval '1 microsecond')
                 WHERE network_id = {db.NetworkId} RETURNING *
                 """)
            : db.WaitlistLines.FromSql(
                $"UPDATE waitlist_line SET turn = turn + 1, at = max({db.Stored(db.Now)}, at + 1) WHERE network_id = {db.NetworkId} RETURNING *");
        return (await line.IgnoreQueryFilters().AsNoTracking().ToListAsync(cancellationToken)).SingleOrDefault();
    }
}
