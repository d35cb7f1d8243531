using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Waitlist;

/// <summary>Reads the line.</summary>
internal static class WaitlistQueries
{
    private const int AtOnce = 20;

    /// <summary>
    /// Those who wait for any of the targets, whose referral is eligible and who have no place, in order and untracked, a few at a
    /// time. Who is in care, or has a place held with another referral, keeps the place in line and is not served meanwhile.
    /// </summary>
    public static async IAsyncEnumerable<WaitlistEntry> WaitingForAsync(
        this EnrollmentDbContext db, IReadOnlyList<Guid> targets, [EnumeratorCancellation] CancellationToken cancellationToken,
        WaitlistKey? after = null)
    {
        var last = after;
        int count;
        do
        {
            var waiting =
                from want in db.WaitlistWants
                join entry in db.Served(db.WaitlistEntries.After(last)) on want.EntryId equals entry.Id
                where want.IsOpen && targets.Contains(want.TargetId)
                select entry;
            var page = await waiting.InOrder().AsNoTracking().Take(AtOnce).ToListAsync(cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }

            count = page.Count;
            last = page.Count > 0 ? WaitlistKey.Of(page[^1]) : null;
        }
        while (count == AtOnce);
    }

    /// <summary>
    /// Those before a key who wait for any of the targets, as above, with what each of them waits for: all at once, in two queries.
    /// </summary>
    public static async Task<ILookup<Guid, WaitlistEntry>> WaitingBeforeAsync(
        this EnrollmentDbContext db, IReadOnlyCollection<Guid> targets, WaitlistKey key, CancellationToken cancellationToken)
    {
        var before = db.Served(db.WaitlistEntries.Where(e =>
            e.Rank < key.Rank
            || (e.Rank == key.Rank && (e.JoinedAt < key.JoinedAt || (e.JoinedAt == key.JoinedAt && e.Id.CompareTo(key.Id) < 0)))));
        var wants = db.WaitlistWants.Where(w => w.IsOpen && targets.Contains(w.TargetId));
        var entries = await before
            .Where(e => wants.Any(w => w.EntryId == e.Id)).AsNoTracking().ToDictionaryAsync(e => e.Id, cancellationToken);
        var wanted = await (
            from want in wants
            join entry in before on want.EntryId equals entry.Id
            select new { want.TargetId, want.EntryId }).ToListAsync(cancellationToken);

        // Who came to stand there between the two queries is left out.
        return wanted.Where(w => entries.ContainsKey(w.EntryId)).ToLookup(w => w.TargetId, w => entries[w.EntryId]);
    }

    /// <summary>Who is offered the next place of a program. To act on it, hold the line.</summary>
    public static async Task<WaitlistChoice> ChooseAsync(
        this EnrollmentDbContext db, ProgramProfile program, CancellationToken cancellationToken)
    {
        var choice = new WaitlistChoice(program);
        await foreach (var entry in db.WaitingForAsync(program.Targets, cancellationToken))
        {
            if (choice.Consider(entry))
            {
                break;
            }
        }

        return choice;
    }

    /// <summary>Those who are served: who wait, whose referral is eligible, and who have no place.</summary>
    private static IQueryable<WaitlistEntry> Served(this EnrollmentDbContext db, IQueryable<WaitlistEntry> entries) =>
        from entry in entries
        join referral in db.Referrals on entry.ReferralId equals referral.Id
        where entry.Status == WaitlistStatus.Waiting && referral.Status == ReferralStatus.Eligible
            && !db.Offers.Any(o => o.PersonId == referral.PersonId && o.Status == OfferStatus.Held)
            && !db.Episodes.Any(e => e.PersonId == referral.PersonId && e.Status == EpisodeStatus.Admitted)
        select entry;

    /// <summary>The order in which they are served.</summary>
    public static IQueryable<WaitlistEntry> InOrder(this IQueryable<WaitlistEntry> entries) =>
        entries.OrderBy(e => e.Rank).ThenBy(e => e.JoinedAt).ThenBy(e => e.Id);

    /// <summary>Those behind a key; all when it is null.</summary>
    public static IQueryable<WaitlistEntry> After(this IQueryable<WaitlistEntry> entries, WaitlistKey? last) => last is null
        ? entries
        : entries.Where(e =>
            e.Rank > last.Rank
            || (e.Rank == last.Rank && (e.JoinedAt > last.JoinedAt || (e.JoinedAt == last.JoinedAt && e.Id.CompareTo(last.Id) > 0))));

    /// <summary>The entry with which a referral waits, or has a place held, locked; null when there is none.</summary>
    public static Task<WaitlistEntry?> LockedOpenEntryAsync(
        this EnrollmentDbContext db, Guid referralId, CancellationToken cancellationToken) => db.IsPostgres
        ? db.WaitlistEntries
            .FromSql(
                $"""
                 SELECT * FROM waitlist_entry
                 WHERE network_id = {db.NetworkId} AND referral_id = {referralId} AND status IN ('Waiting', 'Offered') FOR UPDATE
                 """)
            .SingleOrDefaultAsync(cancellationToken)
        : db.WaitlistEntries.SingleOrDefaultAsync(
            e => e.ReferralId == referralId && (e.Status == WaitlistStatus.Waiting || e.Status == WaitlistStatus.Offered), cancellationToken);

    /// <summary>Those of the entries that nobody else holds, locked, without waiting for the others.</summary>
    public static Task<List<WaitlistEntry>> LockedFreeEntriesAsync(
        this EnrollmentDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => db.IsPostgres
        ? db.WaitlistEntries
            .FromSql($"SELECT * FROM waitlist_entry WHERE id = ANY ({ids.ToArray()}) ORDER BY id FOR UPDATE SKIP LOCKED")
            .ToListAsync(cancellationToken)
        : db.WaitlistEntries.Where(e => ids.Contains(e.Id)).ToListAsync(cancellationToken);

    /// <summary>The referral, locked with its person, when nobody else holds them; null without waiting when somebody does.</summary>
    public static Task<Referral?> LockedFreeReferralAsync(
        this EnrollmentDbContext db, Guid id, CancellationToken cancellationToken) => db.IsPostgres
        ? db.Referrals
            .FromSql(
                $"""
                 SELECT r.* FROM referral r JOIN person p ON p.id = r.person_id WHERE r.id = {id} FOR UPDATE OF p, r SKIP LOCKED
                 """)
            .SingleOrDefaultAsync(cancellationToken)
        : db.Referrals.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);

    /// <summary>Whether a person is in care or has a place held. To act on it, lock the person.</summary>
    public static async Task<bool> HasPlaceAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken) =>
        await db.Offers.AnyAsync(o => o.PersonId == personId && o.Status == OfferStatus.Held, cancellationToken)
        || await db.Episodes.AnyAsync(e => e.PersonId == personId && e.Status == EpisodeStatus.Admitted, cancellationToken);

    /// <summary>
    /// Has whoever ends a person's care, or a place that is held for the person, wait until this transaction ends, after whoever is
    /// just doing so: either an entry that is made here is seen by those who give up the place, or the place is given up before
    /// the entry is held against what is open. SQLite has one writer at a time.
    /// </summary>
    public static async Task KeepPlacesAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return;
        }

        await db.Database.ExecuteSqlAsync(
            $"""
             SELECT FROM episode
             WHERE network_id = {db.NetworkId} AND person_id = {personId} AND status = 'Admitted' ORDER BY id FOR SHARE
             """,
            cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"SELECT FROM offer WHERE network_id = {db.NetworkId} AND person_id = {personId} AND status = 'Held' ORDER BY id FOR SHARE",
            cancellationToken);
    }

    /// <summary>The programs that an entry waits for, whether they suit or not.</summary>
    public static IQueryable<CareProgram> WantedBy(this EnrollmentDbContext db, Guid entryId) =>
        from program in db.Programs
        join site in db.Sites on program.SiteId equals site.Id
        where db.WaitlistWants.Any(w =>
            w.EntryId == entryId && (w.TargetId == program.Id || w.TargetId == site.Id || w.TargetId == site.RegionId))
        select program;

    /// <summary>Notes that what an entry waited for is no longer waited for.</summary>
    public static Task CloseWantsAsync(this EnrollmentDbContext db, Guid entryId, CancellationToken cancellationToken) =>
        db.WaitlistWants.Where(w => w.EntryId == entryId)
            .ExecuteUpdateAsync(set => set.SetProperty(w => w.IsOpen, false), cancellationToken);
}

/// <summary>An entry's place in the order.</summary>
internal sealed record WaitlistKey(int Rank, DateTimeOffset JoinedAt, Guid Id)
{
    /// <summary>Behind every entry.</summary>
    public static WaitlistKey End { get; } = new(int.MaxValue, DateTimeOffset.UnixEpoch, Guid.AllBitsSet);

    /// <summary>The key of an entry.</summary>
    public static WaitlistKey Of(WaitlistEntry entry) => new(entry.Rank, entry.JoinedAt, entry.Id);
}
