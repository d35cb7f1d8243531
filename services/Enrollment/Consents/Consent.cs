using System.Linq.Expressions;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Consents;

/// <summary>A signed consent to disclose (42 CFR 2.31). It is never changed but by its revocation.</summary>
internal sealed class Consent : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>The patient.</summary>
    public Guid PersonId { get; init; }

    public bool ForTreatment { get; init; }

    public bool ForPayment { get; init; }

    public bool ForOperations { get; init; }

    /// <summary>To whom: a named person, an entity or a class of them.</summary>
    public string Recipient { get; init; } = string.Empty;

    /// <summary>What is disclosed, in words.</summary>
    public string Description { get; init; } = string.Empty;

    public DateOnly SignedOn { get; init; }

    /// <summary>Last day on which it holds; null when it holds until revoked.</summary>
    public DateOnly? ExpiresOn { get; init; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>The consents that cover a purpose on a day: not past their last day, and not revoked. None is recorded before it is signed.</summary>
    public static Expression<Func<Consent, bool>> Covers(Purpose purpose, DateOnly day) => consent =>
        consent.RevokedAt == null
        && (consent.ExpiresOn == null || consent.ExpiresOn >= day)
        && ((purpose == Purpose.Treatment && consent.ForTreatment)
            || (purpose == Purpose.Payment && consent.ForPayment)
            || (purpose == Purpose.Operations && consent.ForOperations));

    /// <summary>Revokes it from this moment on; a repeated revocation changes nothing.</summary>
    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;
}
