using Platform.Enrollment.Assessments;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Credentials;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.Waitlist;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>
/// The rules of Enrollment, by section. A pack has the sections that it changes; what it leaves out comes from the next less
/// specific pack that holds.
/// </summary>
internal sealed record CareRules
{
    /// <summary>How long before its last day a licence or accreditation of a site is shown as lapsing.</summary>
    public CredentialRules? Credentials { get; init; }

    /// <summary>How close names must be for two records to be offered for a merge.</summary>
    public DuplicateRules? Duplicates { get; init; }

    /// <summary>Which answers make a referral eligible.</summary>
    public EligibilityRules? Eligibility { get; init; }

    /// <summary>Which assessment an admission needs.</summary>
    public AssessmentRules? Assessment { get; init; }

    /// <summary>The editions of the ASAM Criteria.</summary>
    public AsamRules? Asam { get; init; }

    /// <summary>Which screening instruments are taken, and how often.</summary>
    public ScreeningRules? Screening { get; init; }

    /// <summary>Which changes of scores are called reliable.</summary>
    public OutcomeRules? Outcomes { get; init; }

    /// <summary>When a treatment plan and its reviews are due, and who signs.</summary>
    public PlanRules? Plans { get; init; }

    /// <summary>The physician's certification that a payer asks for; without the section none is asked for.</summary>
    public CertificationRules? Certification { get; init; }

    /// <summary>The contacts that are due after a discharge.</summary>
    public AftercareRules? Aftercare { get; init; }

    /// <summary>What becomes of the place while a person is on leave.</summary>
    public LeaveRules? Leave { get; init; }

    /// <summary>What the disclosure of records goes by.</summary>
    public ConsentRules? Consent { get; init; }

    /// <summary>How long offers hold, and what becomes of those who do not take them.</summary>
    public OfferRules? Offers { get; init; }

    /// <summary>Who goes first of those who wait.</summary>
    public WaitlistRules? Waitlist { get; init; }
}

/// <summary>A section of <see cref="CareRules"/>.</summary>
internal interface IRuleSection
{
    /// <summary>Notes what is wrong with its values; their form was checked before.</summary>
    void Check(RuleErrors errors);
}
