using Platform.Shared.Persistence;

namespace Platform.Enrollment.Consents;

/// <summary>A disclosure that was made: a line of the accounting (42 CFR 2.25, 45 CFR 164.528). It is never changed.</summary>
internal sealed class Disclosure : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset DisclosedAt { get; init; }

    /// <summary>The site that disclosed; null for the network.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>The program whose record it is; null when not of one.</summary>
    public Guid? ProgramId { get; init; }

    public string RecipientName { get; init; } = string.Empty;

    public RecipientClass? RecipientClass { get; init; }

    /// <summary>The id by which the platform knows the recipient; null when by its name only.</summary>
    public Guid? PartyId { get; init; }

    /// <summary>The intermediary that passed it on; empty when it went there directly.</summary>
    public string Through { get; init; } = string.Empty;

    public RecordSet Categories { get; init; }

    /// <summary>What was disclosed, in words.</summary>
    public string Description { get; init; } = string.Empty;

    public Purpose Purpose { get; init; }

    public DisclosureGround Ground { get; init; }

    /// <summary>The consent; null when it was on another ground.</summary>
    public Guid? ConsentId { get; init; }

    /// <summary>Emergency: the facility of the medical personnel.</summary>
    public string Affiliation { get; init; } = string.Empty;

    /// <summary>Emergency: who disclosed.</summary>
    public string DisclosedBy { get; init; } = string.Empty;

    /// <summary>Emergency: its nature.</summary>
    public string Nature { get; init; } = string.Empty;

    /// <summary>Audit: the written agreement. Court order: court, number and day.</summary>
    public string Reference { get; init; } = string.Empty;

    /// <summary>Court order: the subpoena that came with it.</summary>
    public string Mandate { get; init; } = string.Empty;

    /// <summary>Who recorded it: the subject of a token.</summary>
    public string RecordedBy { get; init; } = string.Empty;

    /// <summary>The rule pack that was applied, as name@version.</summary>
    public string RulePack { get; init; } = string.Empty;

    /// <summary>A disclosure that was allowed.</summary>
    public static Disclosure Of(
        Guid id, Guid networkId, Guid personId, DateTimeOffset at, DisclosureQuestion question, DisclosureDecision decision,
        string description, string recordedBy, string rulePack) => new()
        {
            Id = id,
            NetworkId = networkId,
            PersonId = personId,
            DisclosedAt = at,
            SiteId = question.SiteId,
            ProgramId = question.ProgramId,
            RecipientName = question.Recipient.Name,
            RecipientClass = question.Recipient.Class,
            PartyId = question.Recipient.PartyId,
            Through = question.Recipient.Through,
            Categories = question.Categories,
            Description = description,
            Purpose = question.Purpose,
            Ground = decision.Ground!.Value,
            ConsentId = decision.Consent?.Id,
            Affiliation = question.Documentation.Affiliation,
            DisclosedBy = question.Documentation.DisclosedBy,
            Nature = question.Documentation.Nature,
            Reference = question.Documentation.Reference,
            Mandate = question.Documentation.Mandate,
            RecordedBy = recordedBy,
            RulePack = rulePack,
        };
}
