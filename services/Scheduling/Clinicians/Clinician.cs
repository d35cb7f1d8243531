using Platform.Shared.Persistence;

namespace Platform.Scheduling.Clinicians;

/// <summary>A licensed professional who leads sessions.</summary>
internal sealed class Clinician : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public string GivenName { get; init; } = string.Empty;

    public string FamilyName { get; init; } = string.Empty;

    /// <summary>National Provider Identifier.</summary>
    public string Npi { get; init; } = string.Empty;

    public string Licence { get; init; } = string.Empty;

    /// <summary>Last day on which the licence is valid.</summary>
    public DateOnly LicenceExpiresOn { get; init; }

    /// <summary>Subject of the clinician's tokens; only the facilitator signs a roll.</summary>
    public string Subject { get; init; } = string.Empty;

    public List<ClinicianSite> Sites { get; init; } = [];

    public bool WorksAt(Guid siteId) => Sites.Any(s => s.SiteId == siteId);
}

/// <summary>A site where a clinician works.</summary>
internal sealed class ClinicianSite : ITenantOwned
{
    public Guid ClinicianId { get; init; }

    public Guid SiteId { get; init; }

    public Guid NetworkId { get; init; }
}
