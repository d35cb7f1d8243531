using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;
using Platform.Support;
using StackExchange.Redis;

namespace Platform.Benchmarks.Placement;

/// <summary>
/// Placement searches a second over 16,000 sites, on the board and through gRPC, against the bare <c>GEOSEARCH</c> of the same
/// circles over the same positions: what any search by Redis would cost at the least, before it knows who has an open place.
/// The board is loaded and follows through Redis; the store, which no search asks then, is an embedded file.
/// </summary>
internal static class PlacesBenchmark
{
    private const int Sites = 16_000;
    private const double Miles = 50;
    private const int Limit = 10;
    private const int Workers = 32;
    private static readonly RedisKey Positions = "benchmark:positions";

    private static readonly string[] States =
    [
        "AL", "AR", "AZ", "CA", "CO", "CT", "FL", "GA", "IA", "IL", "IN", "KS", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC",
        "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY",
    ];

    public static async Task RunAsync()
    {
        using var tokens = new TestTokens();
        var redis = await TestServers.RedisAsync();
        await using var host = await TestHost.StartAsync(
            "enrollment", b => b.AddEnrollment(), app => app.MapEnrollment(), tokens, database: null,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:Redis"] = redis });
        var network = Guid.NewGuid();
        var headers = tokens.Operator(network);
        var random = new Random(16);
        var points = Points(random);
        await ImportAsync(new SiteService.SiteServiceClient(host.Channel), headers, points);
        var boards = host.Services.GetRequiredService<CapacityBoards>();
        await Eventually.TrueAsync(
            () => boards.Current(network) is { Count: Sites }, "the board to be loaded", TimeSpan.FromMinutes(3));

        using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        var bare = connection.GetDatabase();
        await bare.KeyDeleteAsync(Positions);
        await bare.GeoAddAsync(Positions, [.. points.Select((p, i) => new GeoEntry(p.Point.Longitude, p.Point.Latitude, i))]);

        var search = host.Services.GetRequiredService<PlaceSearch>();
        var client = new PlacementService.PlacementServiceClient(host.Channel);
        var found = await client.SearchPlacesAsync(Request(points[0].Point), headers);
        Console.WriteLine($"{Sites} sites; circles of {Miles} miles around them hold {points.Take(200).Average(p => boards.Current(network)!.Within(p.Point, Miles).Count()):0} on average; {found.Places.Count} are returned");
        await Rounds.CompareAsync(
            "searches on the board", Workers, unitsPerTurn: 1,
            async _ => await search.FindAsync(network, Criteria(Next(points)), CancellationToken.None),
            _ => GeoSearchAsync(bare, Next(points)));
        await Rounds.CompareAsync(
            "searches through gRPC", Workers, unitsPerTurn: 1,
            async _ => await client.SearchPlacesAsync(Request(Next(points)), headers),
            _ => GeoSearchAsync(bare, Next(points)));
        await Rounds.CompareAsync(
            "gRPC calls that search nothing", Workers, unitsPerTurn: 1,
            async _ => await client.SearchPlacesAsync(Request(new GeoPoint(80, 10)), headers),
            _ => GeoSearchAsync(bare, Next(points)));
        await bare.KeyDeleteAsync(Positions);
    }

    private static PlaceCriteria Criteria(GeoPoint point) => new(point, Miles)
    {
        Track = Enrollment.Sites.Track.SubstanceUse,
        AgeGroup = Enrollment.Sites.AgeGroup.Adult,
        Limit = Limit,
    };

    private static SearchPlacesRequest Request(GeoPoint point) => new()
    {
        Latitude = point.Latitude,
        Longitude = point.Longitude,
        RadiusMiles = Miles,
        Track = Enrollment.V1.Track.SubstanceUse,
        AgeGroup = Enrollment.V1.AgeGroup.Adult,
        Limit = Limit,
    };

    private static Task GeoSearchAsync(IDatabase redis, GeoPoint point) => redis.ExecuteAsync(
        "GEOSEARCH", (string)Positions!, "FROMLONLAT", Text(point.Longitude), Text(point.Latitude), "BYRADIUS", Text(Miles), "mi", "ASC",
        "COUNT", Limit, "WITHDIST");

    private static GeoPoint Next(IReadOnlyList<(GeoPoint Point, string State)> points) => points[Random.Shared.Next(points.Count)].Point;

    /// <summary>Where ZIP codes are, people and treatment are too: sites near the middles of ZIP codes drawn by lot.</summary>
    private static List<(GeoPoint Point, string State)> Points(Random random)
    {
        var points = new List<(GeoPoint, string)>(Sites);
        while (points.Count < Sites)
        {
            if (ZipCentroids.Find(random.Next(1_000, 99_999).ToString("00000", CultureInfo.InvariantCulture)) is not { IsWhole: true } zip)
            {
                continue;
            }

            var point = new GeoPoint(
                Math.Round(zip.Point.Latitude + (random.NextDouble() * 0.02), 5), Math.Round(zip.Point.Longitude + (random.NextDouble() * 0.02), 5));
            if (Array.Find(States, state => UsPlaces.TimeZoneAt(state, point) is not null) is { } state)
            {
                points.Add((point, state));
            }
        }

        return points;
    }

    private static async Task ImportAsync(
        SiteService.SiteServiceClient client, Metadata headers, List<(GeoPoint Point, string State)> points)
    {
        var csv = new StringBuilder("external_id,name,type_facility,street,city,state,zip,phone,latitude,longitude,program,track,age_group,licensed\n");
        for (var i = 0; i < points.Count; i++)
        {
            var (point, state) = points[i];
            csv.Append(
                CultureInfo.InvariantCulture,
                $"b{i},Site {i},SA,{i} Main Street,Town,{state},00000,,{Text(point.Latitude)},{Text(point.Longitude)},IOP,{(i % 4 == 0 ? "MENTAL_HEALTH" : "SUBSTANCE_USE")},ADULT,{(i % 3 == 0 ? 0 : 12)}\n");
        }

        using var call = client.ImportSites(headers);
        await call.RequestStream.WriteAsync(new ImportSitesRequest
        {
            Header = new ImportSitesHeader { RequestId = Guid.NewGuid().ToString(), Format = FacilityFileFormat.Csv },
        });
        foreach (var chunk in Encoding.UTF8.GetBytes(csv.ToString()).Chunk(60_000))
        {
            await call.RequestStream.WriteAsync(new ImportSitesRequest { Chunk = ByteString.CopyFrom(chunk) });
        }

        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (call.ResponseStream.Current.Report is { } report && report.Added != points.Count)
            {
                throw new InvalidOperationException($"Imported {report.Added} sites: {report.Details.FirstOrDefault()}");
            }
        }
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
