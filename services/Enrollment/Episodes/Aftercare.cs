using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>What was agreed for after the discharge of an episode, item by item; the words are with the episode.</summary>
internal sealed class Aftercare : ITenantOwned
{
    public Guid EpisodeId { get; init; }

    public Guid NetworkId { get; init; }

    public AftercareItems Items { get; init; } = AftercareItems.None;
}

/// <summary>The items of an aftercare plan.</summary>
internal sealed record AftercareItems(
    IReadOnlyList<AftercareAppointment> Appointments,
    IReadOnlyList<AftercareContact> Contacts,
    IReadOnlyList<AftercareMedication> Medications,
    IReadOnlyList<AftercareReferral> Referrals)
{
    /// <summary>Nothing agreed but what the words say.</summary>
    public static readonly AftercareItems None = new([], [], [], []);

    /// <summary>Refuses an appointment before the discharge.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public void RequireFrom(DateOnly dischargedOn)
    {
        var validation = new Validation();
        for (var i = 0; i < Appointments.Count; i++)
        {
            validation.Require(Appointments[i].On >= dischargedOn, $"aftercare.appointments[{i}].on", "must not be before the discharge");
        }

        validation.ThrowIfInvalid();
    }
}

/// <summary>An appointment after discharge; the time is the provider's, null when only the day is known.</summary>
internal sealed record AftercareAppointment(string Provider, DateOnly On, TimeOnly? At, string Purpose);

/// <summary>Somebody to turn to.</summary>
internal sealed record AftercareContact(string Name, string Role, string Phone);

/// <summary>A medication to go on with.</summary>
internal sealed record AftercareMedication(string Name, string Directions, string Prescriber);

/// <summary>A referral at discharge.</summary>
internal sealed record AftercareReferral(string To, string Service, bool Confirmed);
