using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Regions;

/// <summary>A part of a network: sites that are run together. A site lies in one region or in none.</summary>
internal sealed class Region : ITenantOwned, IVersioned
{
    /// <summary>The network has a region of that name.</summary>
    public static readonly DomainError Exists = DomainError.Exists("REGION_EXISTS", "The network has a region of that name.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>Display name; unlike any other in the network.</summary>
    public string Name { get; private set; } = string.Empty;

    public long Version { get; private set; }

    /// <summary>Gives it a name.</summary>
    public void Rename(string name)
    {
        Name = name;
        Version++;
    }
}
