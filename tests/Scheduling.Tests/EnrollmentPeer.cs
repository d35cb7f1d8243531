using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Enrollment.V1;
using Platform.Support;

namespace Platform.Scheduling.Tests;

/// <summary>What Enrollment says, over real gRPC: a site in New York with two programs, and the episodes that a test tells it of.</summary>
public sealed class EnrollmentPeer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EnrollmentPeer(WebApplication app, Uri address, Facts facts)
    {
        _app = app;
        Address = address;
        Known = facts;
    }

    public Uri Address { get; }

    public Facts Known { get; }

    public static async Task<EnrollmentPeer> StartAsync()
    {
        var facts = new Facts();
        var port = FreePort.Next();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenLocalhost(port, o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(facts);
        var app = builder.Build();
        app.MapGrpcService<Sites>();
        app.MapGrpcService<Episodes>();
        await app.StartAsync();
        return new EnrollmentPeer(app, new Uri($"http://localhost:{port}"), facts);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public sealed class Facts
    {
        public Guid SiteId { get; } = Guid.CreateVersion7();

        public Guid ProgramId { get; } = Guid.CreateVersion7();

        public Guid OtherProgramId { get; } = Guid.CreateVersion7();

        /// <summary>Whether the site has closed its programs.</summary>
        public bool ProgramsAreClosed { get; set; }

        public Dictionary<string, Episode> Episodes { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Sites(Facts facts) : SiteService.SiteServiceBase
    {
        public override Task<GetSiteResponse> GetSite(GetSiteRequest request, ServerCallContext context)
        {
            if (request.SiteId != facts.SiteId.ToString())
            {
                throw new RpcException(new Status(StatusCode.NotFound, "no such site"));
            }

            var site = new Site { Id = request.SiteId, TimeZone = "America/New_York" };
            if (!facts.ProgramsAreClosed)
            {
                site.Programs.Add(new Platform.Enrollment.V1.Program { Id = facts.ProgramId.ToString() });
                site.Programs.Add(new Platform.Enrollment.V1.Program { Id = facts.OtherProgramId.ToString() });
            }

            return Task.FromResult(new GetSiteResponse { Site = site });
        }
    }

    private sealed class Episodes(Facts facts) : EpisodeService.EpisodeServiceBase
    {
        public override Task<GetEpisodeResponse> GetEpisode(GetEpisodeRequest request, ServerCallContext context) =>
            facts.Episodes.TryGetValue(request.EpisodeId, out var episode)
                ? Task.FromResult(new GetEpisodeResponse { Episode = episode })
                : throw new RpcException(new Status(StatusCode.NotFound, "no such episode"));
    }
}
