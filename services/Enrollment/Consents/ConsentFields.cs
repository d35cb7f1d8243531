using Platform.Shared.Errors;

namespace Platform.Enrollment.Consents;

/// <summary>What a request says of a consent, checked against 42 CFR 2.31.</summary>
internal sealed class ConsentFields
{
    private const int MostRecipients = 50;

    // How consents on customary forms speak of all who take part in treatment, payment and operations (2.31(a)(4)(i)).
    private static readonly string[] ClassWords = ["treating providers", "health plans", "payers"];

    private static readonly Purpose[] Tpo = [Purpose.Treatment, Purpose.Payment, Purpose.Operations];

    private readonly V1.RecordConsentRequest _request;
    private readonly List<Purpose> _purposes = [];
    private readonly List<ConsentRecipient> _recipients = [];

    private ConsentFields(V1.RecordConsentRequest request) => _request = request;

    public Guid PersonId { get; private set; }

    public DateOnly SignedOn { get; private set; }

    public DiscloserKind DiscloserKind { get; private set; } = DiscloserKind.Any;

    /// <summary>The site or the program that may disclose; null when it is neither.</summary>
    public Guid? DiscloserId { get; private set; }

    /// <summary>The treatment that is meant by its end; null when it is not said.</summary>
    public Guid? EpisodeId { get; private set; }

    private string Recipient { get; set; } = string.Empty;

    private string Description { get; set; } = string.Empty;

    private RecordSet Categories { get; set; } = RecordSet.General;

    private DateOnly? ExpiresOn { get; set; }

    private ExpiryEvent? ExpiryEvent { get; set; }

    private string ExpiryEventText { get; set; } = string.Empty;

    private Signer Signer { get; set; } = Signer.Patient;

    private SignatureMethod Method { get; set; } = SignatureMethod.Paper;

    private string SignerName { get; set; } = string.Empty;

    private string Relationship { get; set; } = string.Empty;

    /// <exception cref="DomainException">INVALID_ARGUMENT, with everything that is wrong.</exception>
    public static ConsentFields Parse(V1.RecordConsentRequest request)
    {
        var fields = new ConsentFields(request);
        var validation = new Validation();
        fields.PersonId = validation.Id(request.PersonId, "person_id");
        fields.Description = validation.Narrative(request.Description, "description", 2000);
        fields.SignedOn = validation.Day(request.SignedOn, "signed_on");
        fields.ParsePurposes(validation);
        fields.ParseDiscloser(validation);
        fields.ParseRecipients(validation);
        fields.ParseCategories(validation);
        fields.ParseExpiry(validation);
        fields.ParseSignature(validation);
        validation.ThrowIfInvalid();
        return fields;
    }

    public Consent ToConsent(Guid id, Guid networkId, Guid personId)
    {
        var number = 0;
        return new Consent
        {
            Id = id,
            NetworkId = networkId,
            PersonId = personId,
            ForTreatment = _purposes.Contains(Purpose.Treatment),
            ForPayment = _purposes.Contains(Purpose.Payment),
            ForOperations = _purposes.Contains(Purpose.Operations),
            ForLegalProceedings = _purposes.Contains(Purpose.LegalProceedings),
            ForPatientRequest = _purposes.Contains(Purpose.PatientRequest),
            DiscloserKind = DiscloserKind,
            DiscloserId = DiscloserId,
            Recipient = Recipient,
            Recipients =
            [
                .. _recipients.Select(recipient => new ConsentRecipient
                {
                    ConsentId = id,
                    Number = ++number,
                    NetworkId = networkId,
                    Kind = recipient.Kind,
                    Name = recipient.Name,
                    Class = recipient.Class,
                    PartyId = recipient.PartyId,
                    Participants = recipient.Participants,
                }),
            ],
            Categories = Categories,
            Description = Description,
            SignedOn = SignedOn,
            Signer = Signer,
            SignatureMethod = Method,
            SignerName = SignerName,
            SignerRelationship = Relationship,
            ExpiresOn = ExpiresOn,
            ExpiryEvent = ExpiryEvent,
            ExpiryEventText = ExpiryEventText,
        };
    }

    private void ParsePurposes(Validation validation)
    {
        validation.Require(_request.Purposes.Count > 0, "purposes", "is required");
        for (var i = 0; i < _request.Purposes.Count; i++)
        {
            _purposes.Add((Purpose)validation.Choice(_request.Purposes[i], $"purposes[{i}]"));
        }

        validation.Require(
            !_purposes.Contains(Purpose.LegalProceedings) || _purposes.TrueForAll(p => p == Purpose.LegalProceedings),
            "purposes",
            "a consent for legal proceedings is for nothing else (42 CFR 2.31(d))");
    }

    private void ParseDiscloser(Validation validation)
    {
        if (_request.Discloser is not { } discloser || discloser.Kind == V1.DiscloserKind.Unspecified)
        {
            validation.Require(_request.Discloser is not { Id.Length: > 0 }, "discloser.kind", "is required with an id");
            return;
        }

        DiscloserKind = (DiscloserKind)validation.Choice(discloser.Kind, "discloser.kind");
        if (DiscloserKind is DiscloserKind.Site or DiscloserKind.Program)
        {
            DiscloserId = validation.Id(discloser.Id, "discloser.id");
        }
        else
        {
            validation.Require(discloser.Id.Length == 0, "discloser.id", "is for a site or a program");
        }
    }

    private void ParseRecipients(Validation validation)
    {
        if (_request.Recipients.Count == 0)
        {
            Recipient = validation.Text(_request.Recipient, "recipient", 500);
            _recipients.Add(OfPhrase());
            return;
        }

        Recipient = validation.OptionalText(_request.Recipient, "recipient", 500);
        validation.Require(_request.Recipients.Count <= MostRecipients, "recipients", $"must be at most {MostRecipients}");
        for (var i = 0; i < Math.Min(_request.Recipients.Count, MostRecipients); i++)
        {
            _recipients.Add(ParseRecipient(_request.Recipients[i], $"recipients[{i}]", validation));
        }
    }

    /// <summary>
    /// A phrase that names all of the classes, as 42 CFR 2.31(a)(4) words them, means them all; any other is somebody's name, so that
    /// a consent to one plan is never one to every payer.
    /// </summary>
    private ConsentRecipient OfPhrase()
    {
        var isClass = _purposes.TrueForAll(Tpo.Contains)
            && ClassWords.All(word => Recipient.Contains(word, StringComparison.OrdinalIgnoreCase));
        return new ConsentRecipient
        {
            Kind = isClass ? RecipientKind.Class : RecipientKind.Entity,
            Name = Recipient,
            Class = isClass ? RecipientClass.AllTpo : null,
        };
    }

    private ConsentRecipient ParseRecipient(V1.ConsentRecipient recipient, string field, Validation validation)
    {
        var kind = (RecipientKind)validation.Choice(recipient.Kind, $"{field}.kind");
        RecipientClass? known = recipient.RecipientClass == V1.RecipientClass.Unspecified
            ? null
            : (RecipientClass)validation.Choice(recipient.RecipientClass, $"{field}.recipient_class");
        var participants = recipient.Participants
            .Select((name, i) => validation.Text(name, $"{field}.participants[{i}]", 300)).ToArray();
        validation.Require(participants.Length <= 1000, $"{field}.participants", "must be at most 1000");
        validation.Require(kind != RecipientKind.Class || known is not null, $"{field}.recipient_class", "is required for a class");
        validation.Require(
            known != RecipientClass.AllTpo || (kind == RecipientKind.Class && _purposes.TrueForAll(Tpo.Contains)),
            $"{field}.recipient_class",
            "all is for a consent to treatment, payment and operations (42 CFR 2.31(a)(4)(i))");
        if (kind == RecipientKind.Intermediary)
        {
            validation.Require(
                participants.Length > 0 || known == RecipientClass.TreatingProvider,
                $"{field}.participants",
                "must name the participants of an intermediary, or they must be treating providers (42 CFR 2.31(a)(4)(ii))");
        }
        else
        {
            validation.Require(participants.Length == 0, $"{field}.participants", "are of an intermediary");
        }

        return new ConsentRecipient
        {
            Kind = kind,
            Name = validation.Text(recipient.Name, $"{field}.name", 300),
            Class = known,
            PartyId = validation.OptionalId(recipient.PartyId, $"{field}.party_id"),
            Participants = participants,
        };
    }

    private void ParseCategories(Validation validation)
    {
        if (_request.Categories.Count == 0)
        {
            return;
        }

        Categories = RecordCategories.Parse(_request.Categories, "categories", validation);
        validation.Require(
            !Categories.Has(RecordCategory.CounselingNotes) || Categories == RecordSet.CounselingNotes,
            "categories",
            "SUD counseling notes need a consent for nothing else (42 CFR 2.31(b))");
    }

    private void ParseExpiry(Validation validation)
    {
        ExpiresOn = validation.OptionalDay(_request.ExpiresOn, "expires_on");
        validation.Require(ExpiresOn is null || ExpiresOn >= SignedOn, "expires_on", "must not be before signed_on");
        if (_request.ExpiryEvent != V1.ExpiryEvent.Unspecified)
        {
            ExpiryEvent = (ExpiryEvent)validation.Choice(_request.ExpiryEvent, "expiry_event");
        }

        if (ExpiryEvent == Consents.ExpiryEvent.Other)
        {
            ExpiryEventText = validation.Text(_request.ExpiryEventText, "expiry_event_text", 500);
        }
        else
        {
            validation.Require(_request.ExpiryEventText.Length == 0, "expiry_event_text", "is for another event than the end of treatment");
        }

        EpisodeId = validation.OptionalId(_request.EpisodeId, "episode_id");
        validation.Require(
            EpisodeId is null || ExpiryEvent == Consents.ExpiryEvent.EndOfTreatment, "episode_id", "is for the end of treatment");

        validation.Require(
            ExpiresOn is not null || ExpiryEvent is not null || _purposes.TrueForAll(Tpo.Contains),
            "expires_on",
            "or an event is required for other purposes than treatment, payment and operations (42 CFR 2.31(a)(7))");
    }

    private void ParseSignature(Validation validation)
    {
        validation.Require(
            !_request.HasStatesRightToRevoke || _request.StatesRightToRevoke,
            "states_right_to_revoke",
            "a consent that does not state the right to revoke is deficient (42 CFR 2.31(a)(6), (c))");
        validation.Require(
            !_request.HasStatesRedisclosure || _request.StatesRedisclosure,
            "states_redisclosure",
            "a consent that does not say how recipients may redisclose is deficient (42 CFR 2.31(a)(4)(iii), (c))");
        if (_request.Signature is not { } signature)
        {
            return;
        }

        Signer = (Signer)validation.Choice(signature.Signer, "signature.signer");
        Method = (SignatureMethod)validation.Choice(signature.Method, "signature.method");
        if (Signer == Signer.Patient)
        {
            validation.Require(signature.Name.Length == 0, "signature.name", "is for who signs in the patient's place");
            validation.Require(signature.Relationship.Length == 0, "signature.relationship", "is for who signs in the patient's place");
        }
        else
        {
            SignerName = validation.Text(signature.Name, "signature.name");
            Relationship = validation.Text(signature.Relationship, "signature.relationship", 100);
        }
    }
}

/// <summary>Parses record categories.</summary>
internal static class RecordCategories
{
    /// <summary>The set that a request lists.</summary>
    public static RecordSet Parse(IReadOnlyList<V1.RecordCategory> given, string field, Validation validation)
    {
        for (var i = 0; i < given.Count; i++)
        {
            validation.Choice(given[i], $"{field}[{i}]");
        }

        return RecordSet.Of(given.Where(Enum.IsDefined).Select(category => (RecordCategory)category));
    }

    /// <summary>The set as the API lists it.</summary>
    public static IEnumerable<V1.RecordCategory> ToMessages(this RecordSet set) =>
        set.Categories.Select(category => (V1.RecordCategory)category);
}
