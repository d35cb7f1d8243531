using Platform.Shared.Money;
using Platform.Shared.Persistence;

namespace Platform.Billing.Claims;

/// <summary>Where a claim stands.</summary>
internal enum ClaimStatus
{
    /// <summary>Written into a file.</summary>
    Written,

    /// <summary>Answered by a remittance.</summary>
    Remitted,

    /// <summary>Denied by a remittance.</summary>
    Denied,

    /// <summary>Taken back: the payer never had it.</summary>
    Withdrawn,
}

/// <summary>An institutional claim as it went out. What it charged never changes; remittances add what was decided on it.</summary>
internal sealed class Claim : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>The provider's claim number (X12 CLM01), unique in the network; the payer repeats it.</summary>
    public string Number { get; init; } = string.Empty;

    public Guid PayerId { get; init; }

    public Guid SiteId { get; init; }

    public Guid EpisodeId { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>The file that it goes out in.</summary>
    public Guid FileId { get; private set; }

    /// <summary>First service day.</summary>
    public DateOnly From { get; init; }

    /// <summary>Last service day.</summary>
    public DateOnly To { get; init; }

    public Money Charged { get; init; }

    public Money Paid { get; private set; }

    public Money Patient { get; private set; }

    public Money Adjusted { get; private set; }

    public ClaimStatus Status { get; private set; }

    public DateTimeOffset WrittenAt { get; init; }

    public long Version { get; private set; } = 1;

    /// <summary>Whether nothing came of it yet.</summary>
    public bool IsUnanswered => Status == ClaimStatus.Written && Paid == Money.Zero && Patient == Money.Zero && Adjusted == Money.Zero;

    /// <summary>Goes out in a file.</summary>
    public void GoOutIn(Guid fileId)
    {
        Version++;
        FileId = fileId;
    }

    /// <summary>Is taken back: the payer never had it.</summary>
    public void Withdraw()
    {
        Version++;
        Status = ClaimStatus.Withdrawn;
    }

    /// <summary>
    /// Adds what a payer decided. Where the claim stands follows from all of it together: something paid or left to the patient is
    /// an answer, only adjustments are a denial, and a reversal of everything leaves it as it was written.
    /// </summary>
    public void Post(Money paid, Money patient, Money adjusted)
    {
        Version++;
        Paid += paid;
        Patient += patient;
        Adjusted += adjusted;
        Status = Paid + Patient > Money.Zero ? ClaimStatus.Remitted
            : Adjusted > Money.Zero ? ClaimStatus.Denied
            : ClaimStatus.Written;
    }
}
