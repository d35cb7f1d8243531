using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Consents;

/// <summary>Section <c>consent</c>: what the disclosure of records goes by.</summary>
/// <param name="Part2Tracks">What the programs treat whose records are Part 2 records (42 CFR 2.11, 2.12).</param>
/// <param name="TpoWithoutConsent">
/// Whether other records may be disclosed for treatment, payment and operations without a consent, as 45 CFR 164.506 has it; some
/// states are stricter.
/// </param>
/// <param name="LongNotice">Statement 1 of 42 CFR 2.32(a).</param>
/// <param name="ShortNotice">Statement 2 of it.</param>
/// <param name="AccountingYears">How far back an accounting of disclosures reaches: 6 years (45 CFR 164.528), of which 42 CFR 2.25 asks for 3.</param>
internal sealed record ConsentRules(
    IReadOnlyList<Track> Part2Tracks, bool TpoWithoutConsent, string LongNotice, string ShortNotice, int AccountingYears) : IRuleSection
{
    /// <summary>Whether the record of programs that treat these is a Part 2 record; when it is not known, it is.</summary>
    public bool IsPart2(IReadOnlyCollection<Track> tracks) => tracks.Count == 0 || tracks.Any(Part2Tracks.Contains);

    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(Part2Tracks.Contains(Track.SubstanceUse), "part2Tracks", "must have SUBSTANCE_USE (42 CFR 2.11)");
        errors.Require(Part2Tracks.Distinct().Count() == Part2Tracks.Count, "part2Tracks", "has a track twice");
        errors.Require(LongNotice.Length is > 0 and <= 4000, "longNotice", "must have 1 to 4000 characters");

        // It goes into a header of HTTP as well.
        errors.Require(
            ShortNotice.Length is > 0 and <= 200 && ShortNotice.All(c => c is >= ' ' and <= '~'),
            "shortNotice",
            "must have 1 to 200 printable ASCII characters");
        errors.Range(AccountingYears, "accountingYears", 6, 100);
    }
}
