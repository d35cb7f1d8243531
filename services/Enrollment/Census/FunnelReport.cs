using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Census;

/// <summary>What became of the referrals that were received in a period.</summary>
internal static class FunnelReport
{
    private static readonly Measure[] Measures = [Measure.Referred, Measure.Eligible, Measure.Admitted];

    /// <summary>
    /// By source, and all together. A referral is of no site until the person is admitted: of a part of the network the report says
    /// who was admitted there.
    /// </summary>
    public static async Task<V1.GetReferralFunnelResponse> AnswerAsync(
        EnrollmentDbContext db, IReadOnlyList<Stretch> stretches, ReportScope scope, CancellationToken cancellationToken)
    {
        var counts = scope.IsWholeNetwork
            ? await db.Over(Measures, stretches)
                .GroupBy(t => new { t.Measure, t.Kind, t.Bucket })
                .Select(g => new FunnelCount(g.Key.Measure, g.Key.Kind, g.Key.Bucket, g.Sum(t => t.Count), g.Sum(t => t.Days)))
                .ToListAsync(cancellationToken)
            : await db.Over([Measure.Admitted], stretches).Within(db, scope)
                .GroupBy(t => new { t.Kind, t.Bucket })
                .Select(g => new FunnelCount(Measure.Admitted, g.Key.Kind, g.Key.Bucket, g.Sum(t => t.Count), g.Sum(t => t.Days)))
                .ToListAsync(cancellationToken);
        return new V1.GetReferralFunnelResponse
        {
            Rows =
            {
                counts.GroupBy(c => c.Source).OrderBy(g => g.Key)
                    .Select(g => Row((V1.ReferralSource)g.Key, [.. g]))
                    .Where(row => row.Referrals > 0 || row.Admitted > 0),
            },
            Total = Row(V1.ReferralSource.Unspecified, counts),
        };
    }

    private static V1.ReferralFunnelRow Row(V1.ReferralSource source, List<FunnelCount> counts)
    {
        var referrals = counts.Where(c => c.Measure == Measure.Referred).Sum(c => c.Count);
        var waits = new Lengths(counts
            .Where(c => c.Measure == Measure.Admitted)
            .Select(c => new LengthCount(c.Bucket, c.Count, c.Days)));
        return new V1.ReferralFunnelRow
        {
            Source = source,
            Referrals = referrals,
            Eligible = counts.Where(c => c.Measure == Measure.Eligible).Sum(c => c.Count),
            Admitted = waits.Count,
            Conversion = referrals == 0 ? 0 : (double)waits.Count / referrals,
            MeanDaysToAdmission = waits.Mean,
            MedianDaysToAdmission = waits.Percentile(0.5),
        };
    }

    /// <summary>A count as it is summed.</summary>
    private sealed record FunnelCount(Measure Measure, int Source, int Bucket, long Count, long Days);
}
