using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.V1;
using Platform.Scheduling.Bookings;
using Platform.Scheduling.Clinicians;
using Platform.Scheduling.Episodes;
using Platform.Scheduling.Groups;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;

namespace Platform.Scheduling;

/// <summary>The Scheduling service: clinicians, groups, their sessions, and who is booked into them.</summary>
public static class SchedulingService
{
    /// <summary>Adds the service's store, consumers, clients and options.</summary>
    public static WebApplicationBuilder AddScheduling(this WebApplicationBuilder builder)
    {
        builder.AddStore<SchedulingDbContext>();
        builder.AddMessaging<SchedulingDbContext>(messaging =>
        {
            messaging.Handle<EpisodeAdmitted, EpisodeAdmittedHandler>();
            messaging.Handle<EpisodeCourseChanged, EpisodeCourseChangedHandler>();
            messaging.Handle<EpisodeDischarged, EpisodeDischargedHandler>();
            messaging.Handle<PersonsMerged, PersonsMergedHandler>();
        });
        builder.AddServiceClient<SiteService.SiteServiceClient>("enrollment");
        builder.AddServiceClient<EpisodeService.EpisodeServiceClient>("enrollment");
        builder.Services.AddOptions<GroupOptions>()
            .BindConfiguration(GroupOptions.Section)
            .Validate(o => o.DefaultMaximum is >= 1 and <= 100, "Scheduling:Groups:DefaultMaximum must be from 1 to 100.")
            .ValidateOnStart();
        builder.Services.AddSingleton<EnrollmentDirectory>();
        return builder;
    }

    /// <summary>Maps the service's RPCs.</summary>
    public static WebApplication MapScheduling(this WebApplication app)
    {
        app.MapGrpcService<ClinicianEndpoint>();
        app.MapGrpcService<GroupEndpoint>();
        return app;
    }
}
