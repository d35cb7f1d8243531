using Grpc.Core;
using Platform.Attendance.V1;
using Platform.Billing.V1;
using Platform.Enrollment.V1;
using Platform.Local.Identity;
using Platform.Scheduling.V1;

namespace Platform.Local.Demo;

/// <summary>The platform as its users reach it: gRPC and HTTP through the gateway, each call with the token of whoever makes it.</summary>
/// <param name="invoker">gRPC through the gateway.</param>
/// <param name="http">HTTP through the gateway.</param>
/// <param name="tokenFor">A token for somebody.</param>
public sealed class JourneyClients(CallInvoker invoker, HttpClient http, Func<DevelopmentIdentity, string> tokenFor)
{
    /// <summary>HTTP through the gateway.</summary>
    public HttpClient Http { get; } = http;

    /// <summary>Sites and programs.</summary>
    public SiteService.SiteServiceClient Sites { get; } = new(invoker);

    /// <summary>Search and offers.</summary>
    public PlacementService.PlacementServiceClient Placement { get; } = new(invoker);

    /// <summary>Referrals.</summary>
    public ReferralService.ReferralServiceClient Referrals { get; } = new(invoker);

    /// <summary>Consents.</summary>
    public ConsentService.ConsentServiceClient Consents { get; } = new(invoker);

    /// <summary>Episodes.</summary>
    public EpisodeService.EpisodeServiceClient Episodes { get; } = new(invoker);

    /// <summary>Clinicians.</summary>
    public ClinicianService.ClinicianServiceClient Clinicians { get; } = new(invoker);

    /// <summary>Groups and bookings.</summary>
    public GroupService.GroupServiceClient Groups { get; } = new(invoker);

    /// <summary>Rolls.</summary>
    public RollService.RollServiceClient Rolls { get; } = new(invoker);

    /// <summary>Service days.</summary>
    public ServiceDayService.ServiceDayServiceClient ServiceDays { get; } = new(invoker);

    /// <summary>Payers and contracts.</summary>
    public PayerService.PayerServiceClient Payers { get; } = new(invoker);

    /// <summary>Coverages and authorizations.</summary>
    public CoverageService.CoverageServiceClient Coverages { get; } = new(invoker);

    /// <summary>Charges.</summary>
    public ChargeService.ChargeServiceClient Charges { get; } = new(invoker);

    /// <summary>Claims.</summary>
    public ClaimService.ClaimServiceClient Claims { get; } = new(invoker);

    /// <summary>The ledger.</summary>
    public LedgerService.LedgerServiceClient Ledger { get; } = new(invoker);

    /// <summary>The headers of a call that <paramref name="identity"/> makes.</summary>
    public Metadata As(DevelopmentIdentity identity) => new() { { "authorization", Bearer(identity) } };

    /// <summary>The <c>Authorization</c> header of a request that <paramref name="identity"/> makes.</summary>
    public string Bearer(DevelopmentIdentity identity) => $"Bearer {tokenFor(identity)}";
}
