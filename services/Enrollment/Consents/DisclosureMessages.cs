using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Consents;

/// <summary>Questions, answers and disclosures as the API has them.</summary>
internal static class DisclosureMessages
{
    /// <summary>The question that a request asks.</summary>
    public static DisclosureQuestion Parse(V1.DisclosureQuestion? given, string field, Validation validation)
    {
        var question = given ?? new V1.DisclosureQuestion();
        var recipient = question.Recipient ?? new V1.DisclosureRecipient();
        var record = question.Documentation ?? new V1.DisclosureDocumentation();
        var siteId = validation.OptionalId(question.SiteId, $"{field}.site_id");
        var programId = validation.OptionalId(question.ProgramId, $"{field}.program_id");
        validation.Require(programId is null || siteId is not null, $"{field}.site_id", "is required with a program");
        validation.Require(question.Categories.Count > 0, $"{field}.categories", "is required");
        DisclosureGround? exception = question.Ground == V1.DisclosureGround.Unspecified
            ? null
            : (DisclosureGround)validation.Choice(question.Ground, $"{field}.ground");
        validation.Require(
            exception is not (DisclosureGround.Consent or DisclosureGround.HipaaTpo),
            $"{field}.ground",
            "is for an exception; whether there is a consent, or none is needed, is the answer");
        RecipientClass? known = recipient.RecipientClass == V1.RecipientClass.Unspecified
            ? null
            : (RecipientClass)validation.Choice(recipient.RecipientClass, $"{field}.recipient.recipient_class");
        validation.Require(
            known != RecipientClass.AllTpo, $"{field}.recipient.recipient_class", "must be what this one recipient is to the patient");
        return new DisclosureQuestion(
            siteId,
            programId,
            new DisclosureRecipient(
                validation.Text(recipient.Name, $"{field}.recipient.name", 300),
                known,
                validation.OptionalId(recipient.PartyId, $"{field}.recipient.party_id"),
                validation.OptionalText(recipient.Through, $"{field}.recipient.through", 300)),
            RecordCategories.Parse(question.Categories, $"{field}.categories", validation),
            (Purpose)validation.Choice(question.Purpose, $"{field}.purpose"),
            exception,
            new DisclosureDocumentation(
                validation.OptionalText(record.Affiliation, $"{field}.documentation.affiliation", 300),
                validation.OptionalText(record.DisclosedBy, $"{field}.documentation.disclosed_by"),
                validation.OptionalNarrative(record.Nature, $"{field}.documentation.nature", 2000),
                validation.OptionalText(record.Reference, $"{field}.documentation.reference", 500),
                validation.OptionalText(record.Mandate, $"{field}.documentation.mandate", 500)));
    }

    /// <summary>The answer as the API has it.</summary>
    public static V1.DisclosureDecision ToMessage(this DisclosureAnswer answer)
    {
        var decision = answer.Decision;
        return new V1.DisclosureDecision
        {
            Allowed = decision.IsAllowed,
            Reason = (V1.DisclosureReason)decision.Reason,
            Text = DisclosureReasons.TextOf(decision),
            Ground = decision.Ground is { } ground ? (V1.DisclosureGround)ground : V1.DisclosureGround.Unspecified,
            ConsentId = decision.Consent?.Id.ToString() ?? string.Empty,
            Notice = decision.Notice is { } notice
                ? new V1.DisclosureNotice { LongForm = notice.LongForm, ShortForm = notice.ShortForm, Scope = notice.Scope }
                : null,
            RulePack = answer.RulePack,
            Part2 = decision.IsPart2,
        };
    }

    /// <summary>The disclosure as the API has it.</summary>
    public static V1.Disclosure ToMessage(this Disclosure disclosure) => new()
    {
        Id = disclosure.Id.ToString(),
        PersonId = disclosure.PersonId.ToString(),
        DisclosedAt = disclosure.DisclosedAt.ToTimestamp(),
        SiteId = disclosure.SiteId?.ToString() ?? string.Empty,
        ProgramId = disclosure.ProgramId?.ToString() ?? string.Empty,
        Recipient = new V1.DisclosureRecipient
        {
            Name = disclosure.RecipientName,
            RecipientClass = disclosure.RecipientClass is { } known ? (V1.RecipientClass)known : V1.RecipientClass.Unspecified,
            PartyId = disclosure.PartyId?.ToString() ?? string.Empty,
            Through = disclosure.Through,
        },
        Categories = { disclosure.Categories.ToMessages() },
        Description = disclosure.Description,
        Purpose = (V1.Purpose)disclosure.Purpose,
        Ground = (V1.DisclosureGround)disclosure.Ground,
        ConsentId = disclosure.ConsentId?.ToString() ?? string.Empty,
        Documentation = disclosure.Ground is DisclosureGround.Consent or DisclosureGround.HipaaTpo
            ? null
            : new V1.DisclosureDocumentation
            {
                Affiliation = disclosure.Affiliation,
                DisclosedBy = disclosure.DisclosedBy,
                Nature = disclosure.Nature,
                Reference = disclosure.Reference,
                Mandate = disclosure.Mandate,
            },
        RecordedBy = disclosure.RecordedBy,
        RulePack = disclosure.RulePack,
    };
}
