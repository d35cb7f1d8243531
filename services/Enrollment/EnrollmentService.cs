using Platform.Attendance.V1;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Assessments;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Census;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Credentials;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Regions;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Enrollment.Sites.Import;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Enrollment;

/// <summary>Enrollment: from a facility file to an admitted person, and to the discharge.</summary>
public static class EnrollmentService
{
    /// <summary>Adds the store, the capacity cache, the messages and the workers of Enrollment.</summary>
    public static WebApplicationBuilder AddEnrollment(this WebApplicationBuilder builder)
    {
        builder.AddStore<EnrollmentDbContext>();
        builder.AddMessaging<EnrollmentDbContext>(messaging =>
            messaging.Handle<ProgramCapacityChanged, CapacityChangedHandler>());
        builder.AddServiceClient<ServiceDayService.ServiceDayServiceClient>("attendance");
        builder.AddCapacityCache();
        builder.Services.AddSingleton<StoredPlaces>();
        builder.Services.AddSingleton<StockTaking>();
        builder.Services.AddSingleton<CapacityBoards>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CapacityBoards>());
        builder.Services.AddSingleton<EnrollmentRules>();
        builder.Services.AddSingleton<AdmissionAssessment>();
        builder.Services.AddSingleton<AssessedRule>();
        builder.Services.AddSingleton<IDecisionRule>(services => services.GetRequiredService<AssessedRule>());
        builder.Services.AddSingleton<EligibilityRule>();
        builder.Services.AddSingleton<IDecisionRule>(services => services.GetRequiredService<EligibilityRule>());
        builder.Services.AddSingleton<RulePackTrial>();
        builder.Services.AddPlans();
        builder.Services.AddSingleton<CapacityMirror>();
        builder.Services.AddSingleton<WaitlistSignal>();
        builder.Services.AddSingleton<CapacityLedger>();
        builder.Services.AddSingleton<CapacityLookup>();
        builder.Services.AddSingleton<EstimatedWaits>();
        builder.Services.AddSingleton<PlaceSearch>();
        builder.Services.AddSingleton<CapacityScheduleSweeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CapacityScheduleSweeper>());
        builder.Services.AddSingleton<SiteImport>();
        builder.Services.AddSingleton<FacilityImport>();
        builder.Services.AddSingleton<DisclosureDesk>();
        builder.Services.AddSingleton<IDecisionRule, DisclosureRule>();
        builder.Services.AddWaitlist();
        builder.Services.AddSingleton<OfferMaking>();
        builder.Services.AddSingleton<OfferLapse>();
        builder.Services.AddSingleton<FollowUps>();
        builder.Services.AddSingleton<EpisodeRules>();
        builder.Services.AddSingleton<AttendancePeer>();
        builder.Services.AddSingleton<IDecisionRule, LeavePlaceRule>();
        builder.Services.AddSingleton<IDecisionRule, FollowUpRule>();
        builder.Services.AddSingleton<EpisodeUpgrade>();
        builder.Services.AddSingleton<EnrollmentUpgrade>();
        builder.Services.AddSingleton(services => new RowUpgrade<EnrollmentDbContext>(services.GetRequiredService<EnrollmentUpgrade>().RunAsync));
        builder.Services.AddSingleton<TallyRebuild>();
        builder.Services.AddSingleton(TallyRebuild.Verb);
        builder.Services.AddSingleton<OfferSweeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OfferSweeper>());
        return builder;
    }

    /// <summary>Maps the RPCs of Enrollment.</summary>
    public static WebApplication MapEnrollment(this WebApplication app)
    {
        app.MapGrpcService<SiteEndpoint>();
        app.MapGrpcService<NetworkEndpoint>();
        app.MapGrpcService<RegionEndpoint>();
        app.MapGrpcService<CredentialEndpoint>();
        app.MapGrpcService<CapacityScheduleEndpoint>();
        app.MapGrpcService<PlacementEndpoint>();
        app.MapGrpcService<OfferEndpoint>();
        app.MapGrpcService<WaitlistEndpoint>();
        app.MapGrpcService<CapacityEndpoint>();
        app.MapGrpcService<ReferralEndpoint>();
        app.MapGrpcService<AssessmentEndpoint>();
        app.MapGrpcService<SafetyEndpoint>();
        app.MapGrpcService<OutcomeEndpoint>();
        app.MapGrpcService<PersonEndpoint>();
        app.MapGrpcService<ConsentEndpoint>();
        app.MapGrpcService<DisclosureEndpoint>();
        app.MapGrpcService<EpisodeEndpoint>();
        app.MapGrpcService<EpisodeChangeEndpoint>();
        app.MapGrpcService<AftercareEndpoint>();
        app.MapGrpcService<ReportEndpoint>();
        app.MapGrpcService<RulePackEndpoint>();
        app.MapGrpcService<PlanEndpoint>();
        app.MapGrpcService<PlanReviewEndpoint>();
        app.MapGrpcService<PlanDueEndpoint>();
        return app;
    }
}
