using System.Diagnostics.CodeAnalysis;
using Platform.Billing.RulePacks;
using Platform.Shared.Money;
using Platform.Shared.Persistence;

namespace Platform.Billing.Charges;

/// <summary>
/// The charge for one service day, with its proof: minutes, rule pack, code and units, claim, and what was paid. It is evaluated
/// against the rules as often as something changes until it is claimed; from then on only remittances move it.
/// </summary>
internal sealed class Charge : ITenantOwned, IVersioned
{
    private Charge()
    {
    }

    public Guid Id { get; private init; }

    public Guid NetworkId { get; private init; }

    /// <summary>The service day; one charge each.</summary>
    public Guid ServiceDayId { get; private init; }

    public Guid EpisodeId { get; private init; }

    public Guid PersonId { get; private init; }

    public Guid SiteId { get; private init; }

    public Guid ProgramId { get; private init; }

    /// <summary>Site-local day.</summary>
    public DateOnly On { get; private init; }

    /// <summary>Version of the service day that the charge is made from.</summary>
    public long ServiceDayVersion { get; private set; }

    /// <summary>Minutes attended.</summary>
    public int Minutes { get; private set; }

    /// <summary>The clinician with whom the person spent most of them.</summary>
    public Guid FacilitatorId { get; private set; }

    /// <summary>State of the site; null until the day was first evaluated.</summary>
    public string? State { get; private set; }

    /// <summary>What the program treats; null when Enrollment does not say.</summary>
    public Track? Track { get; private set; }

    public ChargeStatus Status { get; private set; }

    public IReadOnlyList<Hold> Holds { get; private set; } = [];

    public Guid? PayerId { get; private set; }

    public Guid? CoverageId { get; private set; }

    /// <summary>Set when everything that pricing needs is there: payer, contract, code, amount and authorization.</summary>
    public Guid? ContractId { get; private set; }

    public Guid? AuthorizationId { get; private set; }

    /// <summary>HCPCS code; empty while not priced.</summary>
    public string Code { get; private set; } = string.Empty;

    public int Units { get; private set; }

    public Money Amount { get; private set; }

    /// <summary>The pack that was applied, as name@version; empty until one was.</summary>
    public string RulePack { get; private set; } = string.Empty;

    public Guid? ClaimId { get; private set; }

    /// <summary>The claim line (X12 REF*6R); null until claimed.</summary>
    public string? LineControlNumber { get; private set; }

    public Money Paid { get; private set; }

    public Money Patient { get; private set; }

    public Money Adjusted { get; private set; }

    /// <summary>Version of a service day that was amended after it had been claimed; null when it was not.</summary>
    public long? AmendedVersion { get; private set; }

    /// <summary>Minutes of that version.</summary>
    public int? AmendedMinutes { get; private set; }

    /// <summary>The clinician of that version; null also of a version from before this was kept.</summary>
    public Guid? AmendedFacilitatorId { get; private set; }

    public long Version { get; private set; } = 1;

    /// <summary>Whether it went out in a claim, whatever became of that.</summary>
    [MemberNotNullWhen(true, nameof(ClaimId))]
    public bool IsClaimed => ClaimId is not null;

    /// <summary>Whether it could go into a claim: priced, and held, if at all, for what only a claim needs.</summary>
    public bool IsClaimable => !IsClaimed && ContractId is not null && Status is ChargeStatus.Ready or ChargeStatus.Held;

    /// <summary>A charge for a day that was not known; it waits to be evaluated.</summary>
    public static Charge For(ServiceDay day, Guid id, Guid networkId) => new()
    {
        Id = id,
        NetworkId = networkId,
        ServiceDayId = day.Id,
        EpisodeId = day.EpisodeId,
        PersonId = day.PersonId,
        SiteId = day.SiteId,
        ProgramId = day.ProgramId,
        On = day.On,
        ServiceDayVersion = day.Version,
        Minutes = day.Minutes,
        FacilitatorId = day.FacilitatorId,
        Status = ChargeStatus.Held,
        Holds = [Hold.EvaluationPending],
    };

    /// <summary>
    /// Takes a version of the day. A newer one of an unclaimed day makes the charge wait to be evaluated again; of a claimed day
    /// it is kept beside the charge and flagged by a hold, and what was claimed stays as it was sent.
    /// </summary>
    /// <returns>Whether the version was newer than all before.</returns>
    public bool Amend(ServiceDay day)
    {
        if (day.Version <= (AmendedVersion ?? ServiceDayVersion))
        {
            return false;
        }

        Version++;
        if (IsClaimed)
        {
            AmendedVersion = day.Version;
            AmendedMinutes = day.Minutes;
            AmendedFacilitatorId = day.FacilitatorId;
            Holds = [.. Holds.Where(hold => hold.Code != Hold.DayAmendedAfterClaim.Code), Hold.DayAmendedAfterClaim];
            return true;
        }

        ServiceDayVersion = day.Version;
        Minutes = day.Minutes;
        FacilitatorId = day.FacilitatorId;
        Unprice();
        Status = ChargeStatus.Held;
        Holds = [Hold.EvaluationPending];
        return true;
    }

    /// <summary>Takes what Enrollment says of the site and the program.</summary>
    public void Place(string state, Track? track)
    {
        State = state;
        Track = track;
    }

    /// <summary>Takes the outcome of an evaluation and of what it took from an authorization.</summary>
    public void Apply(Evaluation evaluation, Guid? authorizationId)
    {
        RequireUnclaimed();
        Version++;
        Unprice();
        RulePack = evaluation.RulePack ?? string.Empty;
        PayerId = evaluation.Coverage?.PayerId;
        CoverageId = evaluation.Coverage?.Id;
        Code = evaluation.Contract?.Code ?? string.Empty;
        Holds = evaluation.Holds;
        if (evaluation.Holds.Count > 0)
        {
            Status = ChargeStatus.Held;
        }
        else if (evaluation.BelowFloor)
        {
            Status = ChargeStatus.NotBillable;
        }
        else
        {
            Status = ChargeStatus.Ready;
            ContractId = evaluation.Contract!.Id;
            AuthorizationId = authorizationId;
            Units = 1;
            Amount = evaluation.Contract.Rate * Units;
        }
    }

    /// <summary>Holds a priced charge for what only a claim needs; the next claim run looks again.</summary>
    public void HoldForClaim(IReadOnlyList<Hold> holds)
    {
        RequireUnclaimed();
        if (Status == ChargeStatus.Held && Holds.SequenceEqual(holds))
        {
            return;
        }

        Version++;
        Status = ChargeStatus.Held;
        Holds = holds;
    }

    /// <summary>Flags a claimed charge whose file is withheld.</summary>
    /// <returns>Whether it was not flagged yet.</returns>
    public bool Withhold()
    {
        if (Holds.Contains(Hold.ConsentWithdrawn))
        {
            return false;
        }

        Version++;
        Holds = [.. Holds, Hold.ConsentWithdrawn];
        return true;
    }

    /// <summary>Takes the flag away: the file is handed out.</summary>
    /// <returns>Whether it was flagged.</returns>
    public bool Release()
    {
        if (!Holds.Contains(Hold.ConsentWithdrawn))
        {
            return false;
        }

        Version++;
        Holds = [.. Holds.Where(hold => hold != Hold.ConsentWithdrawn)];
        return true;
    }

    /// <summary>Goes out as a line of a claim.</summary>
    public void GoOut(Guid claimId, string lineControlNumber)
    {
        RequireUnclaimed();
        if (ContractId is null)
        {
            throw new InvalidOperationException($"Charge {Id} is not priced and cannot be claimed.");
        }

        Version++;
        Status = ChargeStatus.Claimed;
        Holds = [];
        ClaimId = claimId;
        LineControlNumber = lineControlNumber;
    }

    /// <summary>
    /// Comes back from a claim that was never sent, and waits for a consent. When the day was amended meanwhile, it waits to be
    /// evaluated as well: its price is gone.
    /// </summary>
    /// <returns>Whether it has to be evaluated.</returns>
    public bool ComeBack()
    {
        Version++;
        ClaimId = null;
        LineControlNumber = null;
        Status = ChargeStatus.Held;
        Holds = [Hold.ConsentMissing];
        if (AmendedVersion is not { } version)
        {
            return false;
        }

        (ServiceDayVersion, Minutes, FacilitatorId) = (version, AmendedMinutes!.Value, AmendedFacilitatorId ?? FacilitatorId);
        (AmendedVersion, AmendedMinutes, AmendedFacilitatorId) = (null, null, null);
        Unprice();
        Holds = [Hold.EvaluationPending];
        return true;
    }

    /// <summary>
    /// Adds what a payer decided on its line. Where it stands follows from all of it together, so that a reversal takes it back
    /// and the order in which remittances arrive does not matter.
    /// </summary>
    public void Post(Money paid, Money patient, Money adjusted)
    {
        Paid += paid;
        Patient += patient;
        Adjusted += adjusted;
        Settle(
            Paid + Patient > Money.Zero ? ChargeStatus.Paid
            : Adjusted > Money.Zero ? ChargeStatus.Denied
            : ChargeStatus.Claimed);
    }

    /// <summary>Stands where its claim stands, when a payer decided on the claim as a whole.</summary>
    public void Settle(ChargeStatus status)
    {
        if (!IsClaimed)
        {
            throw new InvalidOperationException($"Charge {Id} was never claimed.");
        }

        Version++;
        Status = status;
    }

    private void Unprice()
    {
        PayerId = CoverageId = ContractId = AuthorizationId = null;
        Code = RulePack = string.Empty;
        Units = 0;
        Amount = Money.Zero;
    }

    private void RequireUnclaimed()
    {
        if (IsClaimed)
        {
            throw new InvalidOperationException($"Charge {Id} was claimed and is not evaluated again.");
        }
    }
}
