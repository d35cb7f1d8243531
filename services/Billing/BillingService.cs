using Platform.Billing.Charges;
using Platform.Billing.Claims;
using Platform.Billing.Coverages;
using Platform.Billing.Disclosures;
using Platform.Billing.Ledger;
using Platform.Billing.Payers;
using Platform.Billing.Peers;
using Platform.Billing.Remittances;
using Platform.Billing.RulePacks;
using Platform.Contracts.Events.Attendance;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;
using Enrolled = Platform.Enrollment.V1;
using Scheduled = Platform.Scheduling.V1;

namespace Platform.Billing;

/// <summary>The Billing service: charges from closed service days, claims of charges, remittances of claims, and the ledger.</summary>
public static class BillingService
{
    /// <summary>Adds the service. A rule pack that is wrong stops it here, by name.</summary>
    /// <exception cref="InvalidDataException">A rule pack is wrong.</exception>
    public static WebApplicationBuilder AddBilling(this WebApplicationBuilder builder)
    {
        builder.AddStore<BillingDbContext>();
        builder.AddMessaging<BillingDbContext>(messaging => messaging
            .Handle<ServiceDayClosed, ServiceDayClosedHandler>()
            .Handle<ConsentRevoked, ConsentRevokedHandler>()
            .Handle<PersonsMerged, PersonsMergedHandler>());
        builder.AddServiceClient<Enrolled.SiteService.SiteServiceClient>("enrollment");
        builder.AddServiceClient<Enrolled.EpisodeService.EpisodeServiceClient>("enrollment");
        builder.AddServiceClient<Enrolled.PersonService.PersonServiceClient>("enrollment");
        builder.AddServiceClient<Enrolled.DisclosureService.DisclosureServiceClient>("enrollment");
        builder.AddServiceClient<Scheduled.ClinicianService.ClinicianServiceClient>("scheduling");
        var services = builder.Services;
        services.AddSingleton(BillingPacks.Load());
        services.AddSingleton<PricingSignal>();
        services.AddSingleton<Pricing>();
        services.AddSingleton<ClaimFileWriting>();
        services.AddSingleton<ClaimWriting>();
        services.AddSingleton<ClaimReissue>();
        services.AddSingleton<PayerDisclosures>();
        services.AddSingleton<ClaimFileRelease>();
        services.AddSingleton<EnrollmentPeer>();
        services.AddSingleton<SchedulingPeer>();
        services.AddHostedService<PricingWorker>();
        services.AddOptions<SubmitterOptions>()
            .BindConfiguration(SubmitterOptions.Section)
            .PostConfigure(submitter =>
            {
                if (submitter.Id.Length == 0 && !builder.Environment.IsProduction())
                {
                    submitter.UseMadeUp();
                }
            })
            .ValidateDataAnnotations()
            .ValidateOnStart();
        return builder;
    }

    /// <summary>Maps the service's API.</summary>
    public static WebApplication MapBilling(this WebApplication app)
    {
        app.MapGrpcService<PayerEndpoint>();
        app.MapGrpcService<CoverageEndpoint>();
        app.MapGrpcService<ChargeEndpoint>();
        app.MapGrpcService<ClaimEndpoint>();
        app.MapGrpcService<RemittanceEndpoint>();
        app.MapGrpcService<LedgerEndpoint>();
        return app;
    }
}
