using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>A person's time in a program, from admission to discharge. Days count, not hours: who is admitted at noon was admitted that day.</summary>
internal sealed class Episode : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    public Guid ReferralId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    public EpisodeStatus Status { get; private set; } = EpisodeStatus.Admitted;

    /// <summary>Site-local day.</summary>
    public DateOnly AdmittedOn { get; init; }

    /// <summary>Why the admission was recorded after its day; empty when it was not.</summary>
    public string BackdatingReason { get; init; } = string.Empty;

    /// <summary>Site-local day; null while in care.</summary>
    public DateOnly? DischargedOn { get; private set; }

    /// <summary>How it ended; null while in care.</summary>
    public Disposition? Disposition { get; private set; }

    /// <summary>What was agreed for after the discharge, in words; empty while in care.</summary>
    public string AftercarePlan { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>Refuses a day of admission that is in the future, or in the past without a reason.</summary>
    /// <param name="admittedOn">The day given.</param>
    /// <param name="backdatingReason">The reason given.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public static void RequireAdmissible(DateOnly admittedOn, string backdatingReason, DateOnly today)
    {
        var validation = new Validation();
        validation.Require(admittedOn <= today, "admitted_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(
            admittedOn >= today || backdatingReason.Length > 0, "backdating_reason", "is required when the day is in the past");
        validation.ThrowIfInvalid();
    }

    /// <summary>Ends it.</summary>
    /// <param name="on">Site-local day.</param>
    /// <param name="disposition">How it ended.</param>
    /// <param name="aftercarePlan">What was agreed for after it.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it ended before. INVALID_ARGUMENT: not a possible day.</exception>
    public void Discharge(DateOnly on, Disposition disposition, string aftercarePlan, DateOnly today)
    {
        if (Status == EpisodeStatus.Discharged)
        {
            throw EpisodeErrors.Discharged.ToException();
        }

        var validation = new Validation();
        validation.Require(on <= today, "discharged_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(on >= AdmittedOn, "discharged_on", "must not be before the admission");
        validation.ThrowIfInvalid();
        Status = EpisodeStatus.Discharged;
        DischargedOn = on;
        Disposition = disposition;
        AftercarePlan = aftercarePlan;
        Version++;
    }
}

/// <summary>Why an episode cannot begin or end.</summary>
internal static class EpisodeErrors
{
    public static readonly DomainError Open = DomainError.Precondition(
        "EPISODE_OPEN", "The person is in intensive outpatient care already. Discharge from there first.");

    public static readonly DomainError Discharged = DomainError.Precondition("EPISODE_DISCHARGED", "The episode has ended.");

    public static readonly DomainError ConsentMissing = DomainError.Precondition(
        "CONSENT_MISSING", "No active consent of the person covers treatment. Record one first.");
}
