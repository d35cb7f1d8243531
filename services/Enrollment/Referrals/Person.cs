using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals;

/// <summary>A person who was referred. Protected health information: it leaves this service by an audited call and no other way.</summary>
internal sealed class Person : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public string GivenName { get; init; } = string.Empty;

    public string FamilyName { get; init; } = string.Empty;

    public DateOnly BirthDate { get; init; }

    public Sex Sex { get; init; }

    public string Street { get; init; } = string.Empty;

    public string City { get; init; } = string.Empty;

    /// <summary>Two-letter code; empty when the address is not known.</summary>
    public string State { get; init; } = string.Empty;

    /// <summary>Five or nine digits; empty when the address is not known.</summary>
    public string Zip { get; init; } = string.Empty;

    /// <summary>Principal diagnosis, ICD-10-CM without the dot; empty when not known yet.</summary>
    public string Diagnosis { get; init; } = string.Empty;
}
