using Platform.Attendance.Rolls;
using Platform.Attendance.ServiceDays;
using Platform.Contracts.Events.Enrollment;
using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;

namespace Platform.Attendance;

/// <summary>The Attendance service: rolls, minutes, and the service days that are billed.</summary>
public static class AttendanceService
{
    /// <summary>Adds the service's store and consumers.</summary>
    public static WebApplicationBuilder AddAttendance(this WebApplicationBuilder builder)
    {
        builder.AddStore<AttendanceDbContext>();
        builder.AddMessaging<AttendanceDbContext>(messaging =>
        {
            messaging.Handle<GroupScheduled, GroupScheduledHandler>();
            messaging.Handle<EpisodeBooked, EpisodeBookedHandler>();
            messaging.Handle<EpisodeReleased, EpisodeReleasedHandler>();
            messaging.Handle<PersonsMerged, PersonsMergedHandler>();
        });
        return builder;
    }

    /// <summary>Maps the service's RPCs.</summary>
    public static WebApplication MapAttendance(this WebApplication app)
    {
        app.MapGrpcService<RollEndpoint>();
        app.MapGrpcService<ServiceDayEndpoint>();
        return app;
    }
}
