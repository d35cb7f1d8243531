using System.Collections.Concurrent;
using Platform.Billing.Charges;
using Platform.Billing.Payers;
using Platform.Billing.Peers;
using Platform.Billing.X12;
using Enrolled = Platform.Enrollment.V1;
using Scheduled = Platform.Scheduling.V1;

namespace Platform.Billing.Claims;

/// <summary>
/// What claims must say and Billing does not keep: the site, the persons and the clinicians. Gathered before the transaction that
/// writes the claims, and forgotten after it.
/// </summary>
internal sealed class ClaimFacts
{
    private const int CallsAtOnce = 8;

    private readonly SiteFacts _site;
    private readonly ConcurrentDictionary<Guid, Enrolled.Person?> _persons = new();
    private readonly ConcurrentDictionary<Guid, Scheduled.Clinician?> _clinicians = new();

    private ClaimFacts(SiteFacts site) => _site = site;

    /// <summary>The site.</summary>
    public Enrolled.Site Site => _site.Site;

    /// <summary>State of the site.</summary>
    public string State => _site.State;

    /// <summary>Asks for everything that claims for these charges need.</summary>
    /// <exception cref="Shared.Errors.DomainException">UNAVAILABLE: a service does not answer.</exception>
    public static async Task<ClaimFacts> GatherAsync(
        EnrollmentPeer enrollment,
        SchedulingPeer scheduling,
        Guid networkId,
        Guid siteId,
        Payer payer,
        IReadOnlyCollection<Guid> persons,
        IReadOnlyCollection<Guid> clinicians,
        CancellationToken cancellationToken)
    {
        var facts = new ClaimFacts(await enrollment.GetSiteAsync(networkId, siteId, cancellationToken));
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(clinicians, options, async (id, ct) =>
            facts._clinicians[id] = await scheduling.GetClinicianAsync(networkId, id, ct));
        await Parallel.ForEachAsync(persons, options, async (id, ct) =>
            facts._persons[id] = await enrollment.GetPersonForPaymentAsync(networkId, siteId, payer, id, ct));
        return facts;
    }

    /// <summary>Whether a charge's person and clinician were asked for.</summary>
    public bool Covers(Charge charge) => _persons.ContainsKey(charge.PersonId) && _clinicians.ContainsKey(charge.FacilitatorId);

    /// <summary>The person of a charge that nothing holds.</summary>
    public Enrolled.Person PersonOf(Charge charge) => _persons[charge.PersonId]!;

    /// <summary>The clinician of a charge that nothing holds.</summary>
    public Scheduled.Clinician ClinicianOf(Charge charge) => _clinicians[charge.FacilitatorId]!;

    /// <summary>Today at the site.</summary>
    public DateOnly Today(DateTimeOffset now) => _site.Today(now);

    /// <summary>What keeps a charge out of a claim; empty when nothing does.</summary>
    public IReadOnlyList<Hold> HoldsOf(Charge charge, Contract contract, DateOnly today)
    {
        var holds = new List<Hold>();
        if (!Npi.IsValid(Site.Npi) || Site.TaxId.Length != 9 || Site.Address?.Zip.Length != 9)
        {
            holds.Add(Hold.SiteIdentifiersMissing);
        }

        if (_persons[charge.PersonId] is not { } person)
        {
            holds.Add(Hold.ConsentMissing);
        }
        else if (person.Diagnosis.Length == 0)
        {
            holds.Add(Hold.DiagnosisMissing);
        }

        if (_clinicians[charge.FacilitatorId] is not { } clinician || !Npi.IsValid(clinician.Npi))
        {
            holds.Add(Hold.AttendingProviderMissing);
        }

        if (contract.FilingHasLapsed(charge.On, today))
        {
            holds.Add(Hold.TimelyFilingLapsed);
        }

        return holds;
    }
}
