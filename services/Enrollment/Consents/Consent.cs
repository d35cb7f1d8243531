using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Consents;

/// <summary>A signed consent to disclose (42 CFR 2.31). It is never changed but by its end and its revocation.</summary>
internal sealed class Consent : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>The patient.</summary>
    public Guid PersonId { get; init; }

    public bool ForTreatment { get; init; }

    public bool ForPayment { get; init; }

    public bool ForOperations { get; init; }

    public bool ForLegalProceedings { get; init; }

    public bool ForPatientRequest { get; init; }

    public DiscloserKind DiscloserKind { get; init; } = DiscloserKind.Any;

    /// <summary>The site or the program that may disclose; null when it is neither.</summary>
    public Guid? DiscloserId { get; init; }

    /// <summary>To whom, in one phrase; empty when <see cref="Recipients"/> say it.</summary>
    public string Recipient { get; init; } = string.Empty;

    /// <summary>To whom.</summary>
    public List<ConsentRecipient> Recipients { get; init; } = [];

    /// <summary>What is disclosed.</summary>
    public RecordSet Categories { get; init; } = RecordSet.General;

    /// <summary>What is disclosed, in words.</summary>
    public string Description { get; init; } = string.Empty;

    public DateOnly SignedOn { get; init; }

    public Signer Signer { get; init; } = Signer.Patient;

    public SignatureMethod SignatureMethod { get; init; } = SignatureMethod.Paper;

    /// <summary>Who signed, by name; empty when it was the patient.</summary>
    public string SignerName { get; init; } = string.Empty;

    /// <summary>What the one who signed is to the patient; empty when it was the patient.</summary>
    public string SignerRelationship { get; init; } = string.Empty;

    /// <summary>Last day on which it holds; null when it holds until revoked or until an event.</summary>
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>The event with which it ends; null when with none.</summary>
    public ExpiryEvent? ExpiryEvent { get; init; }

    /// <summary>That event in words; empty for the end of treatment.</summary>
    public string ExpiryEventText { get; init; } = string.Empty;

    /// <summary>Day on which that event came; null when it has not, or is known by itself.</summary>
    public DateOnly? EndedOn { get; private set; }

    /// <summary>
    /// The treatment with whose end it ends. Null when it ends with none, when that has not begun, and in rows from before it was
    /// kept: those end with the first discharge on or after the day of the signature.
    /// </summary>
    public Guid? EpisodeId { get; private set; }

    /// <summary>Whether it ends with the end of a treatment that has not begun: the next one.</summary>
    public bool AwaitsTreatment { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>What it is for, by number.</summary>
    public IEnumerable<Purpose> Purposes => Enum.GetValues<Purpose>().Where(IsFor);

    /// <summary>Whether it is for a purpose.</summary>
    public bool IsFor(Purpose purpose) => purpose switch
    {
        Purpose.Treatment => ForTreatment,
        Purpose.Payment => ForPayment,
        Purpose.Operations => ForOperations,
        Purpose.LegalProceedings => ForLegalProceedings,
        Purpose.PatientRequest => ForPatientRequest,
        _ => false,
    };

    /// <summary>Whether it lets a site or a program disclose.</summary>
    /// <param name="siteId">The site; null for the network.</param>
    /// <param name="programId">The program; null when it is not one program's.</param>
    public bool LetsDisclose(Guid? siteId, Guid? programId) => DiscloserKind switch
    {
        DiscloserKind.Site => siteId == DiscloserId,
        DiscloserKind.Program => programId == DiscloserId,
        _ => true,
    };

    /// <summary>Whether it lets all those disclose whom another one lets. One to a site is not asked for that of a program there.</summary>
    public bool LetsDiscloseAll(Consent other) =>
        DiscloserKind == DiscloserKind.Any || (DiscloserKind == other.DiscloserKind && DiscloserId == other.DiscloserId);

    /// <summary>
    /// Whether it names a recipient, or a class that it is of. One that says it in a phrase alone was recorded when consents were to
    /// all future treatment, payment and operations only.
    /// </summary>
    public bool Names(DisclosureRecipient recipient, Purpose purpose) => Recipients.Count > 0
        ? Recipients.Exists(named => named.Admits(recipient, purpose))
        : recipient.Through.Length == 0 && recipient.Class is not null && recipient.Class == RecipientClasses.For(purpose);

    /// <summary>Whether it stands on a day. A day of signature that is still to come is asked for by who asks.</summary>
    /// <param name="day">The day.</param>
    /// <param name="discharges">The person's discharges.</param>
    public ConsentStatus StatusOn(DateOnly day, IReadOnlyCollection<DischargeDay> discharges)
    {
        if (RevokedAt is not null)
        {
            return ConsentStatus.Revoked;
        }

        return LastDay(discharges) < day ? ConsentStatus.Expired : ConsentStatus.Active;
    }

    /// <summary>Revokes it from this moment on; a repeated revocation changes nothing.</summary>
    /// <returns>Whether it stood until now.</returns>
    public bool Revoke(DateTimeOffset now)
    {
        var stood = RevokedAt is null;
        RevokedAt ??= now;
        return stood;
    }

    /// <summary>Takes note of the treatment with whose end it ends; null when that is the next one. Of another consent nothing is noted.</summary>
    public void EndWith(Guid? episodeId)
    {
        if (ExpiryEvent == Consents.ExpiryEvent.EndOfTreatment)
        {
            EpisodeId = episodeId;
            AwaitsTreatment = episodeId is null;
        }
    }

    /// <summary>Takes note of the day on which the event came with which it ends.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it ends with no such event, or ended before. INVALID_ARGUMENT.</exception>
    public void End(DateOnly on)
    {
        if (ExpiryEvent != Consents.ExpiryEvent.Other)
        {
            throw ConsentErrors.NoEvent.ToException();
        }

        if (EndedOn is not null)
        {
            throw ConsentErrors.Ended.ToException();
        }

        if (on < SignedOn)
        {
            throw DomainError.Invalid("ended_on", "must not be before the signature").ToException();
        }

        EndedOn = on;
    }

    private DateOnly LastDay(IReadOnlyCollection<DischargeDay> discharges)
    {
        var last = ExpiresOn ?? DateOnly.MaxValue;
        if (EndedOn < last)
        {
            last = EndedOn.Value;
        }

        if (ExpiryEvent == Consents.ExpiryEvent.EndOfTreatment && !AwaitsTreatment)
        {
            foreach (var discharge in discharges.Where(d => EpisodeId is { } id ? d.EpisodeId == id : d.On >= SignedOn))
            {
                last = discharge.On < last ? discharge.On : last;
            }
        }

        return last;
    }
}

/// <summary>A day on which a person was discharged.</summary>
/// <param name="EpisodeId">The episode that ended.</param>
/// <param name="On">Site-local day.</param>
internal sealed record DischargeDay(Guid EpisodeId, DateOnly On);

/// <summary>Why a consent cannot end.</summary>
internal static class ConsentErrors
{
    public static readonly DomainError NoEvent = DomainError.Precondition(
        "CONSENT_HAS_NO_EVENT", "The consent does not end with an event that has to be recorded.");

    public static readonly DomainError Ended = DomainError.Precondition("CONSENT_ENDED", "The end of the consent is recorded already.");
}
