using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals;

/// <summary>That a document came with or after a referral, and where it is kept; not the document.</summary>
internal sealed class ReceivedDocument : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid ReferralId { get; init; }

    public DocumentKind Kind { get; init; }

    public DateOnly ReceivedOn { get; init; }

    /// <summary>Its id or shelf mark in the system that stores documents.</summary>
    public string Reference { get; init; } = string.Empty;

    /// <summary>Subject of the token with which it was noted.</summary>
    public string NotedBy { get; init; } = string.Empty;
}
