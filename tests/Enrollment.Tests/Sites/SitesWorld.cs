using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Time;
using Platform.Support;

namespace Platform.Enrollment.Sites;

/// <summary>What tests of sites do in a <see cref="World"/>.</summary>
internal static class SitesWorld
{
    public static RegionService.RegionServiceClient Regions(this World world) => new(world.Host.Channel);

    public static NetworkService.NetworkServiceClient Networks(this World world) => new(world.Host.Channel);

    public static CredentialService.CredentialServiceClient Credentials(this World world) => new(world.Host.Channel);

    public static CapacityScheduleService.CapacityScheduleServiceClient Schedule(this World world) => new(world.Host.Channel);

    public static V1.SiteDetails Details(string name = "Cedar House") => new()
    {
        Name = name,
        FacilityType = V1.FacilityType.SubstanceUse,
        Address = new Address { Street = "1 Main Street", City = "Charlottesville", State = "VA", Zip = "22903" },
        Latitude = 38.03,
        Longitude = -78.48,
    };

    public static async Task<V1.Site> CreateAsync(this World world, V1.SiteDetails? details = null) =>
        (await world.Sites.CreateSiteAsync(
            new CreateSiteRequest { RequestId = World.NewId(), Details = details ?? Details() }, world.Operator)).Site;

    public static AsyncUnaryCall<UpdateSiteResponse> ChangeAsync(
        this World world, V1.Site site, V1.SiteDetails details, params string[] mask) =>
        world.Sites.UpdateSiteAsync(
            new UpdateSiteRequest
            {
                RequestId = World.NewId(), SiteId = site.Id, Etag = site.Etag, Details = details, UpdateMask = new FieldMask { Paths = { mask } },
            },
            world.Operator);

    public static async Task<V1.Site> SiteAsync(this World world, string id) =>
        (await world.Sites.GetSiteAsync(new GetSiteRequest { SiteId = id }, world.Operator)).Site;

    public static async Task<V1.Program> ProgramAsync(this World world, string siteId) => (await world.SiteAsync(siteId)).Programs.Single();

    public static async Task<V1.Region> RegionAsync(this World world, string name) =>
        (await world.Regions().CreateRegionAsync(new CreateRegionRequest { RequestId = World.NewId(), Name = name }, world.Operator)).Region;

    public static AsyncUnaryCall<ScheduleCapacityResponse> ScheduleAsync(this World world, string programId, string day, int licensed) =>
        world.Schedule().ScheduleCapacityAsync(
            new ScheduleCapacityRequest { RequestId = World.NewId(), ProgramId = programId, EffectiveOn = day, Licensed = licensed },
            world.Operator);

    public static async Task<IReadOnlyList<V1.ScheduledCapacity>> ScheduledAsync(
        this World world, string programId = "", string regionId = "", bool past = false, Metadata? headers = null) =>
        (await world.Schedule().ListScheduledCapacityAsync(
            new ListScheduledCapacityRequest { ProgramId = programId, RegionId = regionId, IncludePast = past },
            headers ?? world.Operator)).Scheduled;

    public static async Task<List<(string From, int Licensed)>> LicensedAsync(this World world, string programId) =>
        [.. (await world.Schedule().ListLicensedCapacityAsync(new() { ProgramId = programId }, world.Operator))
            .Capacities.Select(c => (c.From, c.Licensed))];

    public static AsyncUnaryCall<CloseSiteResponse> CloseAsync(this World world, V1.Site site, string day) =>
        world.Sites.CloseSiteAsync(
            new CloseSiteRequest { RequestId = World.NewId(), SiteId = site.Id, Etag = site.Etag, ClosedOn = day, Reason = "lease ends" },
            world.Operator);
}

/// <summary>A clock that runs with the system's, so many days ahead of it.</summary>
internal sealed class DaysAhead : TimeProvider
{
    private TimeSpan ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    /// <summary>Goes to the moment after the beginning of a day at the sites of a test.</summary>
    public void GoTo(int daysFromToday)
    {
        var today = LocalDays.DayAt(base.GetUtcNow(), World.Zone);
        ahead = LocalDays.InstantAt(today.AddDays(daysFromToday), new TimeOnly(0, 0, 1), World.Zone) - base.GetUtcNow();
    }
}

/// <summary>A host with a clock of its own.</summary>
internal sealed class ClockedHost(TestTokens tokens, TestHost host, TestDatabase? database) : IAsyncDisposable
{
    public World World { get; } = new(host, tokens, database);

    public required DaysAhead Time { get; init; }

    public static async Task<ClockedHost> StartAsync(Store store)
    {
        var time = new DaysAhead();
        var tokens = new TestTokens(time);
        var database = store == Store.Postgres ? await TestDatabase.CreateAsync("enrollment") : null;
        return new ClockedHost(tokens, await Hosts.StartAsync(tokens, database, time: time), database) { Time = time };
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        tokens.Dispose();
    }
}
