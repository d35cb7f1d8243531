using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>Why two records may be of one person. Numbered as in the API.</summary>
internal enum MatchReason
{
    /// <summary>The same payer gave both the same member id.</summary>
    MemberId = 1,

    /// <summary>Close names and the same birth date.</summary>
    NameAndBirthDate = 2,

    /// <summary>Close names; day and month of birth are swapped.</summary>
    NameAndSwappedBirthDate = 3,

    /// <summary>Close names; one digit of the birth date differs.</summary>
    NameAndOneDigitOff = 4,
}

/// <summary>Section <c>duplicates</c>: how close names must be to be of one person.</summary>
/// <param name="FamilyName">Least similarity of family names (Jaro-Winkler, 0 to 1).</param>
/// <param name="GivenName">Least similarity of given names.</param>
/// <param name="Most">Records that are offered for one person at the most, the best reasons first.</param>
/// <param name="Source">Where the numbers come from.</param>
internal sealed record DuplicateRules(double FamilyName, double GivenName, int Most, string Source) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(FamilyName is > 0.5 and <= 1, "familyName", "must be above 0.5 and at most 1");
        errors.Require(GivenName is > 0.5 and <= 1, "givenName", "must be above 0.5 and at most 1");
        errors.Range(Most, "most", 1, 100);
    }
}

/// <summary>What two records are compared by.</summary>
internal sealed record Identity(string GivenName, string FamilyName, DateOnly BirthDate)
{
    /// <summary>How the other may be the same person by name and birth date; null when it may not.</summary>
    public MatchReason? Compare(Identity other, DuplicateRules rules) =>
        BirthDates.Compare(BirthDate, other.BirthDate) is { } reason && NamesAreClose(other, rules) ? reason : null;

    /// <summary>Close each by each, or written in each other's field.</summary>
    private bool NamesAreClose(Identity other, DuplicateRules rules)
    {
        var (given, family) = (Letters(GivenName), Letters(FamilyName));
        var (otherGiven, otherFamily) = (Letters(other.GivenName), Letters(other.FamilyName));
        return (JaroWinkler.Similarity(family, otherFamily) >= rules.FamilyName
                && JaroWinkler.Similarity(given, otherGiven) >= rules.GivenName)
            || (JaroWinkler.Similarity(family, otherGiven) >= rules.FamilyName
                && JaroWinkler.Similarity(given, otherFamily) >= rules.FamilyName);
    }

    /// <summary>The letters by which a name is compared: the Latin ones, or all of a name that is written in others.</summary>
    private static string Letters(string name) => Soundex.Letters(name) is { Length: > 0 } latin
        ? latin
        : string.Concat(name.Where(char.IsLetter)).ToUpperInvariant();
}
