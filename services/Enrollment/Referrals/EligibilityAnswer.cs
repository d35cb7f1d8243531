using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals;

/// <summary>The answer to one question of a referral's eligibility, with who gave it and when; a correction replaces it.</summary>
internal sealed class EligibilityAnswer : ITenantOwned
{
    public Guid NetworkId { get; init; }

    public Guid ReferralId { get; init; }

    public EligibilityQuestion Question { get; init; }

    public bool Yes { get; set; }

    /// <summary>Why not; may be empty with a yes.</summary>
    public string Reason { get; set; } = string.Empty;

    /// <summary>Subject of the token with which it was given.</summary>
    public string AnsweredBy { get; set; } = string.Empty;

    public DateTimeOffset AnsweredAt { get; set; }
}
