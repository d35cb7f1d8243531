using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Placement;

/// <summary>
/// A place that is held for a referral until a moment. While it is held it counts in the program's places; how it ends, it ends
/// once: accepted by an admission, released, or lapsed.
/// </summary>
internal sealed class Offer : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid ReferralId { get; init; }

    public Guid PersonId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    public OfferStatus Status { get; private set; } = OfferStatus.Held;

    /// <summary>Until when it holds, on the database's clock.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    public long Version { get; private set; } = 1;

    /// <summary>Whether it holds a place at a moment.</summary>
    public bool HoldsAt(DateTimeOffset clock) => Status == OfferStatus.Held && ExpiresAt > clock;

    /// <summary>Uses it for an admission.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it does not hold any more.</exception>
    public void Accept(DateTimeOffset clock)
    {
        if (!HoldsAt(clock))
        {
            throw (Status switch
            {
                OfferStatus.Accepted => OfferErrors.Accepted,
                OfferStatus.Released => OfferErrors.Released,
                _ => OfferErrors.Lapsed,
            }).ToException();
        }

        End(OfferStatus.Accepted);
    }

    /// <summary>Lets it go; false when it had ended before, and nothing is to be freed.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it was used.</exception>
    public bool Release(DateTimeOffset clock)
    {
        switch (Status)
        {
            case OfferStatus.Accepted:
                throw OfferErrors.Accepted.ToException();
            case OfferStatus.Held:
                End(ExpiresAt > clock ? OfferStatus.Released : OfferStatus.Lapsed);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Ends it because its time ran out.</summary>
    public void Lapse() => End(OfferStatus.Lapsed);

    private void End(OfferStatus status)
    {
        Status = status;
        Version++;
    }
}

/// <summary>Why an offer cannot be made or used.</summary>
internal static class OfferErrors
{
    public static readonly DomainError Open = DomainError.Precondition(
        "OFFER_OPEN", "A place is held for this referral already. Use it, or release it first.");

    public static readonly DomainError Accepted = DomainError.Precondition("OFFER_ACCEPTED", "The offer was used for an admission.");

    public static readonly DomainError Released = DomainError.Precondition("OFFER_RELEASED", "The offer was released. Make another one.");

    public static readonly DomainError Lapsed = DomainError.Precondition(
        "OFFER_LAPSED", "The offer's time ran out and the place went back. Make another one.");
}
