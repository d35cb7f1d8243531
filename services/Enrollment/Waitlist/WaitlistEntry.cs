using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Waitlist;

/// <summary>
/// A referral that waits for a place: in one program, or in any of several. Its rank and the time at which it joined decide its
/// place in line and never change while it is there, whatever offers come and go.
/// </summary>
internal sealed class WaitlistEntry : IFoundByWorkers, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid ReferralId { get; init; }

    public WaitlistStatus Status { get; private set; } = WaitlistStatus.Waiting;

    /// <summary>Number of the priority class; 0 goes first.</summary>
    public int Rank { get; init; }

    /// <summary>Code of the priority class, as the rule pack names it.</summary>
    public string PriorityClass { get; init; } = string.Empty;

    /// <summary>When it joined, on the database's clock.</summary>
    public DateTimeOffset JoinedAt { get; init; }

    public Track? Track { get; init; }

    public AgeGroup? AgeGroup { get; init; }

    public Referrals.LevelOfCare? Level { get; init; }

    public Delivery? Delivery { get; init; }

    public Weekdays Weekdays { get; init; }

    public TimesOfDay TimesOfDay { get; init; }

    public string Language { get; init; } = string.Empty;

    /// <summary>The payer, as <see cref="AcceptedPayer.ToString"/> writes it; empty when any will do.</summary>
    public string Payer { get; init; } = string.Empty;

    /// <summary>Two-letter code; empty when it does not matter.</summary>
    public string State { get; init; } = string.Empty;

    /// <summary>The offer that holds a place for it; null when none does.</summary>
    public Guid? OfferId { get; private set; }

    /// <summary>Whether the next place goes past it.</summary>
    public bool Skipped { get; private set; }

    /// <summary>Programs of which it did not take an offered place, and no place has gone to somebody else since.</summary>
    public Guid[] PassedPrograms { get; private set; } = [];

    public int Declines { get; private set; }

    public int Lapses { get; private set; }

    /// <summary>
    /// Whether it has yet to be held against the places that are open: it came, or came back, and what opened before was offered
    /// without it. Kept in the row, so that no process can lose it.
    /// </summary>
    public bool MatchDue { get; private set; } = true;

    /// <summary>Why it was taken out; empty while it is not.</summary>
    public string RemovalReason { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>What the program must be like.</summary>
    public WaitlistCriteria Criteria
    {
        get => new(
            Track, AgeGroup, Level, Delivery, Weekdays, TimesOfDay, Language, Payer.Length == 0 ? null : AcceptedPayer.Parse(Payer), State);
        init
        {
            (Track, AgeGroup, Level, Delivery) = (value.Track, value.AgeGroup, value.Level, value.Delivery);
            (Weekdays, TimesOfDay, Language, State) = (value.Weekdays, value.TimesOfDay, value.Language, value.State);
            Payer = value.Payer?.ToString() ?? string.Empty;
        }
    }

    /// <summary>Whether a place of a program that it waits for, and that suits, would go past it.</summary>
    public bool IsPassedFor(Guid programId) => Skipped || Array.IndexOf(PassedPrograms, programId) >= 0;

    /// <summary>A place is held for it.</summary>
    public void Offer(Guid offerId)
    {
        Require(WaitlistStatus.Waiting);
        Change(WaitlistStatus.Offered);
        (OfferId, Skipped, MatchDue) = (offerId, false, false);
    }

    /// <summary>Did not take the place that was held for it, and stands where it stood; of that program the next place goes past it.</summary>
    public void Return(Guid programId, OfferEnd end)
    {
        Require(WaitlistStatus.Offered);
        Change(WaitlistStatus.Waiting);
        Declines += end == OfferEnd.Declined ? 1 : 0;
        Lapses += end == OfferEnd.Lapsed ? 1 : 0;
        PassedPrograms = [.. PassedPrograms.Where(id => id != programId), programId];
        (OfferId, MatchDue) = (null, true);
    }

    /// <summary>Has it held against what is open once more.</summary>
    public void Reconsider()
    {
        Require(WaitlistStatus.Waiting);
        MatchDue = true;
        Version++;
    }

    /// <summary>Lets the next place go past it.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it does not wait.</exception>
    public void Skip()
    {
        if (Status != WaitlistStatus.Waiting)
        {
            throw WaitlistErrors.NotWaiting.ToException();
        }

        Skipped = true;
        Version++;
    }

    /// <summary>A place of a program went to somebody behind it: from now on it is served again.</summary>
    public void PassOver(Guid programId)
    {
        Require(WaitlistStatus.Waiting);
        PassedPrograms = [.. PassedPrograms.Where(id => id != programId)];
        (Skipped, MatchDue) = (false, true);
        Version++;
    }

    /// <summary>Its referral was admitted.</summary>
    public void Place() => Change(WaitlistStatus.Placed);

    /// <summary>Takes it out of the line.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it is out, or a place is held for it.</exception>
    public void Remove(string reason)
    {
        if (Status != WaitlistStatus.Waiting)
        {
            throw (Status == WaitlistStatus.Offered ? WaitlistErrors.PlaceHeld : WaitlistErrors.NotWaiting).ToException();
        }

        Change(WaitlistStatus.Removed);
        RemovalReason = reason;
    }

    private void Require(WaitlistStatus status)
    {
        if (Status != status)
        {
            throw new InvalidOperationException($"The waitlist entry {Id} is {Status} and not {status}.");
        }
    }

    private void Change(WaitlistStatus status)
    {
        Status = status;
        Version++;
    }
}

/// <summary>How an offer ended that was not used.</summary>
internal enum OfferEnd
{
    /// <summary>The person said no.</summary>
    Declined,

    /// <summary>Its time ran out without an answer.</summary>
    Lapsed,

    /// <summary>Staff let it go, or did not admit the person in time.</summary>
    Released,
}

/// <summary>Why the line cannot be joined, changed or passed.</summary>
internal static class WaitlistErrors
{
    public static readonly DomainError Open = DomainError.Exists(
        "WAITLIST_ENTRY_OPEN", "The referral waits already. Take it out of the line before it joins for something else.");

    public static readonly DomainError NotWaiting = DomainError.Precondition("WAITLIST_ENTRY_NOT_WAITING", "The entry does not wait.");

    public static readonly DomainError PlaceHeld = DomainError.Precondition(
        "OFFER_OPEN", "A place is held for the entry. Have the offer declined or released first.");

    public static readonly DomainError HasWaitlist = DomainError.Precondition(
        "PROGRAM_HAS_WAITLIST",
        "Somebody whom the place suits waits for it and goes first. The waitlist offers it; to pass the line give an override_reason.");
}
