using Platform.Shared.Time;

namespace Platform.Enrollment.Consents;

/// <summary>
/// Decides whether something of a person may be disclosed. Pure: everything that it goes by is given to it.
/// <list type="number">
/// <item>An exception that is called upon stands or falls by its documentation (42 CFR 2.51, 2.53, 2.61).</item>
/// <item>Otherwise one consent must cover all that is asked for; several do not add up.</item>
/// <item>SUD counseling notes go alone, under a consent for nothing else (2.31(b)).</item>
/// <item>Records that are not of a Part 2 program need no consent for treatment, payment and operations (45 CFR 164.506).</item>
/// </list>
/// </summary>
internal static class ConsentEngine
{
    /// <summary>May it be disclosed.</summary>
    /// <param name="question">Who discloses what to whom for what.</param>
    /// <param name="consents">All consents of the person, whatever became of them.</param>
    /// <param name="person">What else is known of the person.</param>
    /// <param name="rules">The rules of the day.</param>
    /// <param name="today">The day at the site.</param>
    public static DisclosureDecision Decide(
        DisclosureQuestion question, IEnumerable<Consent> consents, PersonFacts person, ConsentRules rules, DateOnly today)
    {
        var (facts, consent) = Examine(question, consents, person, today);
        var outcome = Weigh(facts, rules);
        var isByConsent = outcome.Ground == DisclosureGround.Consent;
        return new DisclosureDecision(
            outcome.Reason,
            outcome.Ground,
            isByConsent || outcome.Ground is null ? consent : null,
            outcome.IsPart2,
            isByConsent && outcome.IsPart2 ? new DisclosureNotice(rules.LongNotice, rules.ShortNotice, ScopeOf(consent!)) : null,
            facts);
    }

    /// <summary>The part that goes by rules.</summary>
    public static DisclosureOutcome Weigh(DisclosureFacts facts, ConsentRules rules)
    {
        var isPart2 = rules.IsPart2(facts.Tracks);
        if (facts.Objection is not { } objection)
        {
            return new DisclosureOutcome(DisclosureReason.Allowed, facts.Exception ?? DisclosureGround.Consent, isPart2);
        }

        return !isPart2 && rules.TpoWithoutConsent && facts is { Exception: null, IsTpo: true }
            ? new DisclosureOutcome(DisclosureReason.Allowed, DisclosureGround.HipaaTpo, isPart2)
            : new DisclosureOutcome(objection, Ground: null, isPart2);
    }

    /// <summary>The part that goes by what was asked and signed: the consent that covers it, or else came nearest.</summary>
    private static (DisclosureFacts Facts, Consent? Consent) Examine(
        DisclosureQuestion question, IEnumerable<Consent> consents, PersonFacts person, DateOnly today)
    {
        if (question.Exception is { } exception)
        {
            return (new DisclosureFacts(exception, ObjectionTo(exception, question), person.Tracks, IsTpo: false), null);
        }

        var nearest = consents
            .Select(consent => (Consent: consent, Objection: ObjectionTo(consent, question, person, today)))
            .OrderBy(tried => tried.Objection is null ? 0 : 1)
            .ThenByDescending(tried => tried.Objection)
            .ThenByDescending(tried => tried.Consent.Id)
            .Select(tried => ((Consent Consent, DisclosureReason? Objection)?)tried)
            .FirstOrDefault();
        var objection = nearest is null ? DisclosureReason.ConsentMissing : nearest.Value.Objection;
        return (new DisclosureFacts(Exception: null, objection, person.Tracks, IsTpo(question)), nearest?.Consent);
    }

    /// <summary>What keeps an exception from applying; null when nothing does. Of the exceptions, a court order alone opens counseling notes.</summary>
    private static DisclosureReason? ObjectionTo(DisclosureGround exception, DisclosureQuestion question)
    {
        var record = question.Documentation;
        var notes = question.Categories.Has(RecordCategory.CounselingNotes);
        return exception switch
        {
            DisclosureGround.MedicalEmergency or DisclosureGround.AuditEvaluation when notes => DisclosureReason.ConsentCounselingNotes,

            // Only medical personnel may be told in an emergency.
            DisclosureGround.MedicalEmergency when question.Recipient.Class != RecipientClass.TreatingProvider =>
                DisclosureReason.ConsentRecipient,
            DisclosureGround.MedicalEmergency when record.DisclosedBy.Length > 0 && record.Nature.Length > 0 => null,
            DisclosureGround.AuditEvaluation when record.Reference.Length > 0 => null,
            DisclosureGround.CourtOrder when record.Reference.Length > 0 && record.Mandate.Length > 0 => null,
            _ => DisclosureReason.ConsentDocumentation,
        };
    }

    /// <summary>What keeps a consent from covering it; null when nothing does. Its terms are asked first, then whether it stands.</summary>
    private static DisclosureReason? ObjectionTo(Consent consent, DisclosureQuestion question, PersonFacts person, DateOnly today)
    {
        if (!consent.IsFor(question.Purpose))
        {
            return DisclosureReason.ConsentPurpose;
        }

        if (!consent.LetsDisclose(question.SiteId, question.ProgramId))
        {
            return DisclosureReason.ConsentDiscloser;
        }

        if (!consent.Names(question.Recipient, question.Purpose))
        {
            return DisclosureReason.ConsentRecipient;
        }

        if (question.Categories.Has(RecordCategory.CounselingNotes)
            && (question.Categories != RecordSet.CounselingNotes || consent.Categories != RecordSet.CounselingNotes))
        {
            return DisclosureReason.ConsentCounselingNotes;
        }

        if (!consent.Categories.Includes(question.Categories))
        {
            return DisclosureReason.ConsentCategories;
        }

        if (consent.SignedOn > today)
        {
            return DisclosureReason.ConsentNotSigned;
        }

        return consent.StatusOn(today, person.Discharges) switch
        {
            ConsentStatus.Revoked => DisclosureReason.ConsentRevoked,
            ConsentStatus.Expired => DisclosureReason.ConsentExpired,
            _ => null,
        };
    }

    /// <summary>Psychotherapy notes are not among it: they need an authorization as well (45 CFR 164.508(a)(2)).</summary>
    private static bool IsTpo(DisclosureQuestion question) =>
        RecipientClasses.For(question.Purpose) is { } acting
        && question.Recipient.Class == acting
        && question.Recipient.Through.Length == 0
        && !question.Categories.Has(RecordCategory.CounselingNotes);

    private static string ScopeOf(Consent consent)
    {
        var end = (consent.ExpiresOn, consent.ExpiryEvent) switch
        {
            ({ } day, _) => $"It holds through {day.ToIso()} unless revoked before.",
            (_, ExpiryEvent.EndOfTreatment) => "It holds until the end of the treatment unless revoked before.",
            (_, ExpiryEvent.Other) => $"It holds until this event unless revoked before: {consent.ExpiryEventText}.",
            _ => "It holds until revoked.",
        };
        return $"By a consent signed on {consent.SignedOn.ToIso()} the patient allows the disclosure of "
            + $"{Words(consent.Categories.Categories)} for {Words(consent.Purposes)}. {end}";
    }

    /// <summary>Names of enumeration values as words: <c>TreatmentPlan</c> is "treatment plan".</summary>
    private static string Words<T>(IEnumerable<T> values)
        where T : struct, Enum =>
        string.Join(", ", values.Select(value => string.Concat(value.ToString().Select((c, i) =>
            char.IsUpper(c) ? $"{(i > 0 ? " " : string.Empty)}{char.ToLowerInvariant(c)}" : $"{c}"))));
}
