using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Attendance.V1;
using Platform.Support;

namespace Platform.Enrollment;

/// <summary>What Attendance says, over real gRPC: the service days that a test tells it of.</summary>
public sealed class AttendancePeer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Days days;

    private AttendancePeer(WebApplication app, Days days, string address) => (this.app, this.days, Address) = (app, days, address);

    public string Address { get; }

    public static async Task<AttendancePeer> StartAsync()
    {
        var port = FreePort.Next();
        var days = new Days();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenLocalhost(port, o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(days);
        var app = builder.Build();
        app.MapGrpcService<Days>();
        await app.StartAsync();
        return new AttendancePeer(app, days, $"http://localhost:{port}");
    }

    /// <summary>An episode has a service day, with a mark or only booked.</summary>
    public void Add(string episodeId, string on, bool marked) => days.Known.GetOrAdd(episodeId, _ => []).Add(
        new ServiceDay { Id = World.NewId(), EpisodeId = episodeId, On = on, Marked = marked });

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private sealed class Days : ServiceDayService.ServiceDayServiceBase
    {
        public ConcurrentDictionary<string, ConcurrentBag<ServiceDay>> Known { get; } = new();

        public override Task<ListServiceDaysResponse> ListServiceDays(ListServiceDaysRequest request, ServerCallContext context) =>
            Task.FromResult(new ListServiceDaysResponse
            {
                ServiceDays =
                {
                    Known.GetValueOrDefault(request.EpisodeId, []).Where(day =>
                        string.CompareOrdinal(day.On, request.From) >= 0 && string.CompareOrdinal(day.On, request.To) <= 0),
                },
            });
    }
}
