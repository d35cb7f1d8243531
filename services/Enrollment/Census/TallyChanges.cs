using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Census;

/// <summary>
/// What one transaction changes in the tallies. It is collected from the rows as they are saved, so that no way of changing them
/// can forget it, and written by the last statement before the audit chain's: in the order of the keys, so that two transactions
/// never wait for each other in a circle, and held for a moment only.
/// </summary>
internal sealed class TallyChanges
{
    private readonly Dictionary<TallyKey, (int Count, int Days)> _changes = [];

    /// <summary>Forgets everything.</summary>
    public void Clear() => _changes.Clear();

    /// <summary>Notes what the rows that are about to be saved change.</summary>
    public async Task CollectAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        foreach (var entry in db.ChangeTracker.Entries().Where(IsChanged).ToList())
        {
            switch (entry.Entity)
            {
                case EpisodeStay:
                    Add<EpisodeStay>(entry, TallyParts.Of);
                    break;
                case Referral:
                    Add<Referral>(entry, TallyParts.Of);
                    break;
                case Episode episode:
                    Add<Episode>(entry, TallyParts.Of);
                    if (entry.State == EntityState.Added || entry.Property(nameof(Episode.AdmittedOn)).IsModified)
                    {
                        // An admission has it locked; then this reads nothing.
                        var referral = (await db.Referrals.FindAsync([episode.ReferralId], cancellationToken))!;
                        var admittedTo = episode.Stays.MinBy(stay => stay.Number)!.ProgramId;
                        Add<Episode>(entry, e => [TallyParts.OfAdmission(e, referral, admittedTo)]);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Adds a part to what is written, or takes it away.</summary>
    public void Add(TallyPart part, int sign)
    {
        var (count, days) = _changes.GetValueOrDefault(part.Key);
        _changes[part.Key] = (count + (sign * part.Count), days + (sign * part.Days));
    }

    /// <summary>The statements that write what was noted.</summary>
    public IReadOnlyList<FormattableString> Statements(EnrollmentDbContext db)
    {
        var rows = Rows(db.NetworkId);
        _changes.Clear();
        if (rows.Count == 0)
        {
            return [];
        }

        if (!db.IsPostgres)
        {
            return
            [
                .. rows.Select(row => (FormattableString)
                    $"""
                     INSERT INTO tally (network_id, measure, span, starts_on, program_id, kind, bucket, count, days)
                     VALUES ({db.NetworkId}, {(short)row.Measure}, {(short)row.Span}, {row.StartsOn}, {row.ProgramId}, {row.Kind}, {row.Bucket},
                         {row.Count}, {row.Days})
                     ON CONFLICT (network_id, measure, span, starts_on, program_id, kind, bucket)
                     DO UPDATE SET count = count + excluded.count, days = days + excluded.days
                     """),
            ];
        }

        T[] Column<T>(Func<Tally, T> value) => [.. rows.Select(value)];
        return
        [
            $"""
             INSERT INTO tally (network_id, measure, span, starts_on, program_id, kind, bucket, count, days)
             SELECT {db.NetworkId}, part.*
             FROM unnest({Column(r => (short)r.Measure)}, {Column(r => (short)r.Span)}, {Column(r => r.StartsOn)},
                 {Column(r => r.ProgramId)}, {Column(r => r.Kind)}, {Column(r => r.Bucket)}, {Column(r => r.Count)},
                 {Column(r => r.Days)}) AS part
             ON CONFLICT (network_id, measure, span, starts_on, program_id, kind, bucket)
             DO UPDATE SET count = tally.count + excluded.count, days = tally.days + excluded.days
             """,
        ];
    }

    /// <summary>Adds parts to what is written, or takes them away.</summary>
    public void Add(IEnumerable<TallyPart> parts, int sign)
    {
        foreach (var part in parts)
        {
            Add(part, sign);
        }
    }

    /// <summary>The rows to be changed, in the order in which everyone locks them.</summary>
    public List<Tally> Rows(Guid networkId)
    {
        var rows = new List<Tally>();
        foreach (var (key, (count, days)) in _changes)
        {
            if (count == 0 && days == 0)
            {
                continue;
            }

            foreach (var span in Enum.GetValues<Span>())
            {
                rows.Add(new Tally
                {
                    Measure = key.Measure,
                    Span = span,
                    StartsOn = span.StartOf(key.On),
                    ProgramId = key.ProgramId,
                    Kind = key.Kind,
                    Bucket = key.Bucket,
                    Count = count,
                    Days = days,
                });
            }
        }

        // Two days of one month are one row of the month: a statement must not change a row twice.
        return
        [
            .. rows.GroupBy(r => (r.ProgramId, r.Measure, r.Kind, r.Bucket, r.Span, r.StartsOn))
                .OrderBy(group => group.Key)
                .Select(group => new Tally
                {
                    NetworkId = networkId,
                    Measure = group.Key.Measure,
                    Span = group.Key.Span,
                    StartsOn = group.Key.StartsOn,
                    ProgramId = group.Key.ProgramId,
                    Kind = group.Key.Kind,
                    Bucket = group.Key.Bucket,
                    Count = group.Sum(r => r.Count),
                    Days = group.Sum(r => r.Days),
                })
                .Where(row => row.Count != 0 || row.Days != 0),
        ];
    }

    private static bool IsChanged(EntityEntry entry) =>
        entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted;


    private void Add<T>(EntityEntry entry, Func<T, IEnumerable<TallyPart>> parts)
        where T : class
    {
        if (entry.State != EntityState.Added)
        {
            Add(parts((T)entry.OriginalValues.ToObject()), sign: -1);
        }

        if (entry.State != EntityState.Deleted)
        {
            Add(parts((T)entry.Entity), sign: 1);
        }
    }
}
