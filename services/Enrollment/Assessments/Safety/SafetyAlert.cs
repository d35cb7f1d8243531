using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Assessments.Safety;

/// <summary>What raised an alert. Numbered as in the API.</summary>
internal enum SafetyAlertKind
{
    /// <summary>Item 9 of the PHQ-9 above 0.</summary>
    Phq9Item9 = 1,

    /// <summary>A yes on the C-SSRS screener.</summary>
    CSsrsPositive = 2,
}

/// <summary>How urgent an alert is. Numbered as in the API.</summary>
internal enum SafetySeverity
{
    /// <summary>A suicide risk assessment is to follow; the instrument does not grade the risk.</summary>
    Assess = 1,

    /// <summary>Low by the triage of the C-SSRS screener.</summary>
    Low = 2,

    /// <summary>Moderate.</summary>
    Moderate = 3,

    /// <summary>High.</summary>
    High = 4,
}

/// <summary>Where an alert stands. Numbered as in the API.</summary>
internal enum SafetyAlertStatus
{
    /// <summary>Nobody recorded an action yet.</summary>
    Open = 1,

    /// <summary>Somebody acted.</summary>
    Acknowledged = 2,

    /// <summary>Nobody acted before its screening was struck.</summary>
    Withdrawn = 3,
}

/// <summary>Tells a site that a person may be in danger. Raised in the transaction that records the screening.</summary>
internal sealed class SafetyAlert : ITenantOwned, IVersioned
{
    private static readonly DomainError Withdrawn = DomainError.Precondition(
        "ALERT_WITHDRAWN", "The screening that raised this alert was struck as entered in error.");

    private static readonly DomainError Acknowledged = DomainError.Precondition(
        "ALERT_ACKNOWLEDGED", "Somebody acted on this alert before; what was done is in it.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ScreeningId { get; init; }

    public SafetyAlertKind Kind { get; init; }

    public SafetySeverity Severity { get; init; }

    public DateTimeOffset RaisedAt { get; init; }

    public SafetyAlertStatus Status { get; private set; } = SafetyAlertStatus.Open;

    /// <summary>Subject of the token with which it was acknowledged; empty while open.</summary>
    public string AcknowledgedBy { get; private set; } = string.Empty;

    public DateTimeOffset? AcknowledgedAt { get; private set; }

    /// <summary>What was done; empty while open.</summary>
    public string Action { get; private set; } = string.Empty;

    /// <summary>When the screening that raised it was struck as entered in error; null while that counts.</summary>
    public DateTimeOffset? StruckAt { get; private set; }

    /// <summary>Sites that were told of it beside its own, since they had the person in care or came to have it.</summary>
    public Guid[] ToldSites { get; private set; } = [];

    public long Version { get; private set; } = 1;

    /// <summary>Takes note that another site is told of it.</summary>
    public void Tell(Guid siteId)
    {
        ToldSites = [.. ToldSites.Where(id => id != siteId), siteId];
        Version++;
    }

    /// <summary>Its screening was entered in error: it asks for nothing any more; what somebody did about it stays.</summary>
    public void Strike(DateTimeOffset now)
    {
        StruckAt = now;
        Status = Status == SafetyAlertStatus.Open ? SafetyAlertStatus.Withdrawn : Status;
        Version++;
    }

    /// <summary>Records who acted, and how.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: that was recorded before, or it was withdrawn.</exception>
    public void Acknowledge(string by, string action, DateTimeOffset now)
    {
        if (Status != SafetyAlertStatus.Open)
        {
            throw (Status == SafetyAlertStatus.Withdrawn ? Withdrawn : Acknowledged).ToException();
        }

        Status = SafetyAlertStatus.Acknowledged;
        AcknowledgedBy = by;
        AcknowledgedAt = now;
        Action = action;
        Version++;
    }
}
