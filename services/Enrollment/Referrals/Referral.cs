using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals;

/// <summary>A referral into intensive outpatient care: received, found eligible or not, and used by one admission.</summary>
internal sealed class Referral : ITenantOwned, IVersioned
{
    private static readonly DomainError Admitted = DomainError.Precondition(
        "REFERRAL_ADMITTED", "The referral has led to an admission and can no longer be changed or used.");

    private static readonly DomainError Closed = DomainError.Precondition(
        "REFERRAL_CLOSED", "The referral was withdrawn or declined. Make another one.");

    private static readonly DomainError NotEligible = DomainError.Precondition(
        "REFERRAL_NOT_ELIGIBLE", "The referral was not found eligible. Answer the six questions of eligibility first.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    public ReferralSource Source { get; init; }

    /// <summary>The hospital, court, school or practice; may be empty.</summary>
    public string SourceOrganization { get; init; } = string.Empty;

    /// <summary>Whom to call there, and how; may be empty.</summary>
    public string SourceContact { get; init; } = string.Empty;

    /// <summary>Day of the first contact.</summary>
    public DateOnly ReferredOn { get; init; }

    public ReferralStatus Status { get; private set; } = ReferralStatus.Received;

    /// <summary>The level recommended instead; null while eligible or not yet answered.</summary>
    public LevelOfCare? RecommendedLevel { get; private set; }

    /// <summary>Why it was withdrawn or declined; empty otherwise.</summary>
    public string ClosingReason { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>Takes the outcome of the six answers; they may be corrected until the person is admitted.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it was used or closed.</exception>
    public void Decide(Eligibility eligibility)
    {
        RequireOpen();
        Status = eligibility.IsEligible ? ReferralStatus.Eligible : ReferralStatus.NotEligible;
        RecommendedLevel = eligibility.RecommendedLevel;
        Version++;
    }

    /// <summary>Refuses what needs an eligible referral that was not used yet.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION.</exception>
    public void RequireEligible()
    {
        RequireOpen();
        if (Status != ReferralStatus.Eligible)
        {
            throw NotEligible.ToException();
        }
    }

    /// <summary>Uses it for an admission.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: not eligible, or used before.</exception>
    public void Admit()
    {
        RequireEligible();
        Status = ReferralStatus.Admitted;
        Version++;
    }

    /// <summary>Ends it without an admission.</summary>
    /// <param name="status">Withdrawn or declined.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it was used or closed.</exception>
    public void Close(ReferralStatus status, string reason)
    {
        RequireOpen();
        Status = status;
        ClosingReason = reason;
        Version++;
    }

    private void RequireOpen()
    {
        if (Status == ReferralStatus.Admitted)
        {
            throw Admitted.ToException();
        }

        if (Status is ReferralStatus.Withdrawn or ReferralStatus.Declined)
        {
            throw Closed.ToException();
        }
    }
}
