using Platform.Enrollment.Referrals;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Placement;

/// <summary>
/// A place that is held for a referral until a moment. While it is held it counts in the program's places; how it ends, it ends
/// once: accepted by an admission, declined, released, or lapsed. A yes of the person does not end it: the place stays held, until a
/// new moment, for the admission to come.
/// </summary>
internal sealed class Offer : IFoundByWorkers, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid ReferralId { get; init; }

    public Guid PersonId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    public OfferStatus Status { get; private set; } = OfferStatus.Held;

    /// <summary>Until when it holds, on the database's clock.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When the person said yes; null before.</summary>
    public DateTimeOffset? AcceptedAt { get; private set; }

    /// <summary>Why the person said no; empty when it did not.</summary>
    public string DeclineReason { get; private set; } = string.Empty;

    /// <summary>Why it was made although others waited; empty when nobody was passed.</summary>
    public string OverrideReason { get; private set; } = string.Empty;

    /// <summary>Whether the waitlist made it when a place came open.</summary>
    public bool Automatic { get; init; }

    public long Version { get; private set; } = 1;

    /// <summary>Holds a place of a program for a referral until a moment.</summary>
    public static Offer Make(
        Guid id, Referral referral, ProgramProfile program, DateTimeOffset expiresAt, bool automatic = false) =>
        new()
        {
            Id = id,
            NetworkId = referral.NetworkId,
            ReferralId = referral.Id,
            PersonId = referral.PersonId,
            SiteId = program.SiteId,
            ProgramId = program.ProgramId,
            ExpiresAt = expiresAt,
            Automatic = automatic,
        };

    /// <summary>Notes why it is made although others wait.</summary>
    public void Overtake(string reason) => OverrideReason = reason;

    /// <summary>Whether it holds a place at a moment.</summary>
    public bool HoldsAt(DateTimeOffset clock) => Status == OfferStatus.Held && ExpiresAt > clock;

    /// <summary>Uses it for an admission.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it does not hold any more.</exception>
    public void Accept(DateTimeOffset clock)
    {
        RequireHolds(clock);
        End(OfferStatus.Accepted);
    }

    /// <summary>
    /// Takes the person's yes. The place is held from now for the admission, and never for less than it was; a repeated yes
    /// changes nothing.
    /// </summary>
    /// <param name="clock">Now.</param>
    /// <param name="hold">How long it is held for the admission.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it does not hold any more.</exception>
    public void Agree(DateTimeOffset clock, TimeSpan hold)
    {
        RequireHolds(clock);
        if (AcceptedAt is null)
        {
            AcceptedAt = clock;
            ExpiresAt = ExpiresAt > clock + hold ? ExpiresAt : clock + hold;
            Version++;
        }
    }

    /// <summary>Takes the person's no. After its time it lapses, and the no comes too late to count.</summary>
    /// <returns>False when it had ended before, and nothing is to be freed.</returns>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it was used.</exception>
    public bool Decline(DateTimeOffset clock, string reason)
    {
        if (!LetGo(clock, OfferStatus.Declined))
        {
            return false;
        }

        DeclineReason = Status == OfferStatus.Declined ? reason : string.Empty;
        return true;
    }

    /// <summary>Lets it go; false when it had ended before, and nothing is to be freed.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it was used.</exception>
    public bool Release(DateTimeOffset clock) => LetGo(clock, OfferStatus.Released);

    /// <summary>Ends it because its time ran out.</summary>
    public void Lapse() => End(OfferStatus.Lapsed);

    private bool LetGo(DateTimeOffset clock, OfferStatus status)
    {
        switch (Status)
        {
            case OfferStatus.Accepted:
                throw OfferErrors.Accepted.ToException();
            case OfferStatus.Held:
                End(ExpiresAt > clock ? status : OfferStatus.Lapsed);
                return true;
            default:
                return false;
        }
    }

    private void RequireHolds(DateTimeOffset clock)
    {
        if (!HoldsAt(clock))
        {
            throw (Status switch
            {
                OfferStatus.Accepted => OfferErrors.Accepted,
                OfferStatus.Released => OfferErrors.Released,
                OfferStatus.Declined => OfferErrors.Declined,
                _ => OfferErrors.Lapsed,
            }).ToException();
        }
    }

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

    public static readonly DomainError OpenElsewhere = DomainError.Precondition(
        "PERSON_OFFER_OPEN", "A place is held for another referral of this person. Release that offer first.");

    public static readonly DomainError Accepted = DomainError.Precondition("OFFER_ACCEPTED", "The offer was used for an admission.");

    public static readonly DomainError Released = DomainError.Precondition("OFFER_RELEASED", "The offer was released. Make another one.");

    public static readonly DomainError Declined = DomainError.Precondition("OFFER_DECLINED", "The offer was declined. Make another one.");

    public static readonly DomainError Lapsed = DomainError.Precondition(
        "OFFER_LAPSED", "The offer's time ran out and the place went back. Make another one.");
}
