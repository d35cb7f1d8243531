using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Billing.Claims;

/// <summary>A claim file (837I) as it was written; its bytes are protected health information.</summary>
internal sealed class ClaimFile : ITenantOwned
{
    private static readonly DomainError Replaced = DomainError.Precondition(
        "CLAIM_FILE_REPLACED", "The file was issued again without some of its claims; the other claims name the file that they are in.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    public Guid PayerId { get; init; }

    /// <summary>Interchange control number (X12 ISA13).</summary>
    public int ControlNumber { get; init; }

    public byte[] Content { get; init; } = [];

    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Whether it, or the file that it replaces, was ever handed out; a file from before this was kept counts as if it was.</summary>
    public bool HandedOut { get; private set; }

    /// <summary>When it was issued again without some of its claims; null when it was not. It is not handed out any more.</summary>
    public DateTimeOffset? ReplacedAt { get; private set; }

    /// <summary>The file that took its place; null when there is none, or no claim was left for one.</summary>
    public Guid? ReplacedById { get; private set; }

    /// <summary>Is handed out.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: another file took its place.</exception>
    public void HandOut()
    {
        RequireCurrent();
        HandedOut = true;
    }

    /// <summary>Gives its place to another file, or to none.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: that was done before.</exception>
    public void ReplaceBy(ClaimFile? other, DateTimeOffset now)
    {
        RequireCurrent();
        ReplacedAt = now;
        ReplacedById = other?.Id;
        other?.HandedOut = HandedOut;
    }

    /// <summary>Refuses a file in whose place another was issued.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION.</exception>
    public void RequireCurrent()
    {
        if (ReplacedAt is not null)
        {
            throw Replaced.ToException();
        }
    }
}
