namespace Platform.Enrollment.Census;

/// <summary>How many lengths lie in a range.</summary>
/// <param name="Range">A <see cref="DayRange"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="Days">Their sum in days.</param>
internal sealed record LengthCount(int Range, long Count, long Days);

/// <summary>Lengths in days, counted by range.</summary>
internal sealed class Lengths(IEnumerable<LengthCount> counts)
{
    private readonly List<LengthCount> _counts = [.. counts.Where(c => c.Count > 0).OrderBy(c => c.Range)];

    /// <summary>How many.</summary>
    public long Count => _counts.Sum(c => c.Count);

    /// <summary>The mean, exact; 0 of none.</summary>
    public double Mean => Count == 0 ? 0 : (double)_counts.Sum(c => c.Days) / Count;

    /// <summary>The length that a share of them does not exceed, as fine as the ranges are; 0 of none.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share)
    {
        var needed = share * Count;
        var seen = 0L;
        foreach (var count in _counts)
        {
            seen += count.Count;
            if (seen >= needed)
            {
                return DayRange.UpTo(count.Range);
            }
        }

        return 0;
    }
}
