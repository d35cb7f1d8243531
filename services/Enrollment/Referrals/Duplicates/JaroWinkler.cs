namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>
/// How close two names are, from 0 to 1: the comparator of Jaro with the weight that Winkler gives to a common beginning
/// (W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage", 1990).
/// </summary>
internal static class JaroWinkler
{
    /// <summary>The weight of each letter of the common beginning, and how many of them count.</summary>
    private const double PrefixWeight = 0.1;

    private const int LongestPrefix = 4;

    /// <summary>Pairs that are no closer than this gain nothing by their beginning.</summary>
    private const double BoostAbove = 0.7;

    /// <summary>The similarity of two texts; 1 when they are equal, 0 when one is empty or they share nothing.</summary>
    public static double Similarity(string a, string b)
    {
        var jaro = Jaro(a, b);
        if (jaro <= BoostAbove)
        {
            return jaro;
        }

        var prefix = 0;
        while (prefix < LongestPrefix && prefix < a.Length && prefix < b.Length && a[prefix] == b[prefix])
        {
            prefix++;
        }

        return jaro + (prefix * PrefixWeight * (1 - jaro));
    }

    /// <summary>Letters match when they are equal and at most half the longer text apart; those that match in another order count half.</summary>
    private static double Jaro(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return 0;
        }

        var window = Math.Max(0, (Math.Max(a.Length, b.Length) / 2) - 1);
        var isTaken = new bool[b.Length];
        var matchesOfA = new List<char>();
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j <= Math.Min(b.Length - 1, i + window); j++)
            {
                if (!isTaken[j] && a[i] == b[j])
                {
                    isTaken[j] = true;
                    matchesOfA.Add(a[i]);
                    break;
                }
            }
        }

        if (matchesOfA.Count == 0)
        {
            return 0;
        }

        var matchesOfB = b.Where((_, j) => isTaken[j]);
        double matches = matchesOfA.Count;
        var transpositions = matchesOfA.Zip(matchesOfB).Count(pair => pair.First != pair.Second) / 2.0;
        return ((matches / a.Length) + (matches / b.Length) + ((matches - transpositions) / matches)) / 3;
    }
}
