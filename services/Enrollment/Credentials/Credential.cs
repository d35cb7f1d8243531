using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Credentials;

/// <summary>What a credential is. Numbered as in the API.</summary>
internal enum CredentialKind
{
    /// <summary>A licence to operate.</summary>
    License = 1,

    /// <summary>Accreditation by a body such as the Joint Commission or CARF.</summary>
    Accreditation = 2,

    /// <summary>Certification by an agency.</summary>
    Certification = 3,

    /// <summary>A registration.</summary>
    Registration = 4,
}

/// <summary>What became of a credential. Numbered as in the API.</summary>
internal enum CredentialStatus
{
    /// <summary>It is the newest; it may have lapsed.</summary>
    Current = 1,

    /// <summary>Another one follows it.</summary>
    Renewed = 2,

    /// <summary>It was withdrawn or given up.</summary>
    Withdrawn = 3,
}

/// <summary>A licence or accreditation of a site, for its days. A renewal is another one, so that it stays known what held when.</summary>
internal sealed class Credential : ITenantOwned, IVersioned
{
    /// <summary>The site has that credential.</summary>
    public static readonly DomainError Exists = DomainError.Exists(
        "CREDENTIAL_EXISTS", "The site has a current credential of that kind, issuer and number. Renew it instead.");

    private static readonly DomainError NotCurrent = DomainError.Precondition(
        "CREDENTIAL_NOT_CURRENT", "The credential was renewed or withdrawn.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    public CredentialKind Kind { get; init; }

    /// <summary>As the issuer writes it.</summary>
    public string Number { get; init; } = string.Empty;

    public string Issuer { get; init; } = string.Empty;

    /// <summary>Two-letter code of the state for which it holds; empty when for all.</summary>
    public string State { get; init; } = string.Empty;

    public DateOnly ValidFrom { get; init; }

    /// <summary>The last day on which it holds.</summary>
    public DateOnly ExpiresOn { get; init; }

    public CredentialStatus Status { get; private set; } = CredentialStatus.Current;

    /// <summary>The one that it renewed; null when none.</summary>
    public Guid? RenewsId { get; init; }

    /// <summary>The day from which it did not hold; null unless it was withdrawn.</summary>
    public DateOnly? WithdrawnOn { get; private set; }

    /// <summary>Why it was withdrawn; empty unless it was.</summary>
    public string WithdrawalReason { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>Lets another one follow it, with other days and maybe another number.</summary>
    /// <param name="id">Id of the new one.</param>
    /// <param name="validFrom">Its first day; null for the day after this one's last.</param>
    /// <param name="expiresOn">Its last day.</param>
    /// <param name="number">Its number; null for this one's.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION: not current. INVALID_ARGUMENT: it does not end later.</exception>
    public Credential Renew(Guid id, DateOnly? validFrom, DateOnly expiresOn, string? number)
    {
        RequireCurrent();
        var from = validFrom ?? ExpiresOn.AddDays(1);
        var validation = new Validation();
        validation.Require(expiresOn > ExpiresOn, "expires_on", $"must be after the present last day, {ExpiresOn:yyyy-MM-dd}");
        validation.Require(from <= expiresOn, "valid_from", "must not be after expires_on");
        validation.Require(from > ValidFrom, "valid_from", $"must be after the present first day, {ValidFrom:yyyy-MM-dd}");
        validation.ThrowIfInvalid();
        Status = CredentialStatus.Renewed;
        Version++;
        return new Credential
        {
            Id = id,
            NetworkId = NetworkId,
            SiteId = SiteId,
            Kind = Kind,
            Number = number ?? Number,
            Issuer = Issuer,
            State = State,
            ValidFrom = from,
            ExpiresOn = expiresOn,
            RenewsId = Id,
        };
    }

    /// <summary>Ends it before its last day.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: not current. INVALID_ARGUMENT: not a day of it that has come.</exception>
    public void Withdraw(DateOnly on, string reason, DateOnly today)
    {
        RequireCurrent();
        var validation = new Validation();
        validation.Require(on <= today, "withdrawn_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(on >= ValidFrom, "withdrawn_on", $"must not be before its first day, {ValidFrom:yyyy-MM-dd}");
        validation.ThrowIfInvalid();
        (Status, WithdrawnOn, WithdrawalReason) = (CredentialStatus.Withdrawn, on, reason);
        Version++;
    }

    private void RequireCurrent()
    {
        if (Status != CredentialStatus.Current)
        {
            throw NotCurrent.ToException();
        }
    }
}
