using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>A correction of an episode's day of admission, as it was made. Never changed.</summary>
internal sealed class AdmissionCorrection : ITenantOwned
{
    /// <summary>UUIDv7: corrections sort by it.</summary>
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    /// <summary>The day that was on record.</summary>
    public DateOnly Was { get; init; }

    /// <summary>The day that took its place.</summary>
    public DateOnly AdmittedOn { get; init; }

    public string Reason { get; init; } = string.Empty;

    /// <summary>Subject of the token with which it was made.</summary>
    public string CorrectedBy { get; init; } = string.Empty;

    public DateTimeOffset CorrectedAt { get; init; }
}
