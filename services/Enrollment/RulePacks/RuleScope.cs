using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.RulePacks;

/// <summary>What a decision is about, as far as rules vary by it; null where it is not known or there is none.</summary>
/// <param name="State">Two-letter code of the site's state.</param>
/// <param name="Level">Level of care.</param>
/// <param name="Track">What the program treats.</param>
/// <param name="PayerKind">Kind of the payer.</param>
/// <param name="Payer">The payer's code.</param>
internal sealed record RuleScope(
    string? State = null, Track? Track = null, LevelOfCare? Level = null, PayerKind? PayerKind = null, string? Payer = null);
