namespace Platform.Scheduling.Groups;

/// <summary>Whether two lists of times touch: nobody is in two sessions at once, over all occurrences of a series.</summary>
internal static class Overlaps
{
    /// <summary>
    /// Whether any interval of one list overlaps one of the other. An interval ends before the moment at which it ends, so
    /// sessions may follow each other without a gap. Both lists are in order of their beginnings and free of overlaps themselves.
    /// </summary>
    public static bool Any(
        IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> left, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> right)
    {
        var (i, j) = (0, 0);
        while (i < left.Count && j < right.Count)
        {
            if (left[i].From < right[j].To && right[j].From < left[i].To)
            {
                return true;
            }

            if (left[i].To <= right[j].To)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return false;
    }
}
