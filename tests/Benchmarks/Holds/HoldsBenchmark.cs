using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Enrollment;
using Platform.Enrollment.Placement;
using Platform.Enrollment.V1;
using Platform.Shared.Auditing;
using Platform.Shared.Persistence;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Benchmarks.Holds;

/// <summary>
/// Places held a second: through the service's own code (the offer with its checks, its event, its audit row and its commit), by
/// the same statements in pgbench, and as bare conditional UPDATEs in pgbench; in alternating rounds over the same server and table
/// with as many connections; on one program that everybody wants, and spread over a thousand.
/// </summary>
internal static class HoldsBenchmark
{
    private const int Connections = 16;
    private const int Programs = 1_000;
    private const int Rounds = 7;
    private const int PerConnection = 100;
    private const int Referrals = 60_000;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);
    private static readonly Guid Network = Guid.NewGuid();

    public static async Task RunAsync()
    {
        using var tokens = new TestTokens();
        await using var database = await TestDatabase.CreateAsync("holds");
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:Redis"] = await TestServers.RedisAsync() };
        await using var host = await TestHost.StartAsync(
            "enrollment", b => b.AddEnrollment(), app => app.MapEnrollment(), tokens, database, settings);
        var superuser = new NpgsqlConnectionStringBuilder(await TestServers.PostgresAsync()) { Database = database.Name };
        await PrepareAsync(host, tokens, superuser.ConnectionString);
        var referrals = new ConcurrentQueue<Guid>(Enumerable.Range(0, Referrals / 2).Select(n => Guid.Parse(HoldScript.ReferralIdOf(n))));
        var replayed = Referrals / 2;
        foreach (var (what, programs) in new[] { ("one program", 1), ($"{Programs} programs", Programs) })
        {
            var measured = new List<(double Service, double Same, double Bare)>();
            for (var round = 0; round <= Rounds; round++)
            {
                var service = await HoldAsync(host, referrals, programs);
                var same = await Pgbench.RunAsync(
                    database.AppConnectionString, HoldScript.Of(Network, programs, PerConnection), Connections,
                    "-t", $"{PerConnection}", "-D", $"first={replayed}", "-D", "i=-1");
                replayed += Connections * PerConnection;
                var bare = await Pgbench.RunAsync(
                    superuser.ConnectionString, HoldScript.Bare(programs), Connections, "-T", $"{Length.TotalSeconds}");
                if (round == 0) // it warms up, and fills the tables whose statistics the planner then goes by
                    await AnalyzeAsync(superuser.ConnectionString);
                else
                    measured.Add((service, same, bare));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"holds on {what,-14} {Median(measured.Select(m => m.Service)),8:N0}/s   same statements {Median(measured.Select(m => m.Same)),8:N0}/s, ratio {Median(measured.Select(m => m.Service / m.Same)):0.00}   bare UPDATE {Median(measured.Select(m => m.Bare)),8:N0}/s, ratio {Median(measured.Select(m => m.Service / m.Bare)):0.00}   ({Connections} connections, {Rounds} rounds)"));
        }
    }

    /// <summary>A program opened by the service, copied with its site's places a thousand times, and persons to hold places for.</summary>
    private static async Task PrepareAsync(TestHost host, TestTokens tokens, string superuser)
    {
        var headers = tokens.Operator(Network);
        var sites = new SiteService.SiteServiceClient(host.Channel);
        using (var import = sites.ImportSites(headers))
        {
            await import.RequestStream.WriteAsync(new() { Header = new() { RequestId = $"{Guid.NewGuid()}", Format = FacilityFileFormat.Csv } });
            await import.RequestStream.WriteAsync(new()
            {
                Chunk = Google.Protobuf.ByteString.CopyFromUtf8(
                    "name,type_facility,street,city,state,zip,phone,latitude,longitude,program,track,age_group,licensed\n"
                    + "Site,SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT,10\n"),
            });
            await import.RequestStream.CompleteAsync();
            while (await import.ResponseStream.MoveNext(CancellationToken.None))
            {
                // Until the report.
            }
        }

        await new ReferralService.ReferralServiceClient(host.Channel).CreateReferralAsync(
            new()
            {
                RequestId = $"{Guid.NewGuid()}",
                Person = new() { GivenName = "Ada", FamilyName = "Example", BirthDate = "1990-05-06" },
                Source = ReferralSource.Self,
                ReferredOn = "2026-01-01",
            },
            headers);
        await using var source = NpgsqlDataSource.Create(superuser);
        await using var command = source.CreateCommand(
            $"""
             INSERT INTO program SELECT (jsonb_populate_record(p, jsonb_build_object('id', {HoldScript.ProgramId("i")}, 'name', 'IOP ' || i))).*
             FROM program p, generate_series(1, {Programs}) i;
             INSERT INTO program_capacity
             SELECT (jsonb_populate_record(c, jsonb_build_object('program_id', {HoldScript.ProgramId("i")}, 'licensed', 1000000000))).*
             FROM program_capacity c, generate_series(1, {Programs}) i;
             UPDATE program_capacity SET waitlist_due = false;
             CREATE TEMP TABLE copy AS SELECT {HoldScript.ReferralId("i")} AS id FROM generate_series(0, {Referrals - 1}) i;
             INSERT INTO person SELECT (jsonb_populate_record(p, jsonb_build_object('id', copy.id))).* FROM person p, copy;
             INSERT INTO referral
             SELECT (jsonb_populate_record(r, jsonb_build_object('id', copy.id, 'person_id', copy.id, 'status', 'Eligible'))).*
             FROM referral r, copy;
             ANALYZE;
             """);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task AnalyzeAsync(string superuser)
    {
        await using var source = NpgsqlDataSource.Create(superuser);
        await using var command = source.CreateCommand("ANALYZE");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<double> HoldAsync(TestHost host, ConcurrentQueue<Guid> referrals, int programs)
    {
        var database = host.Services.GetRequiredService<Database<EnrollmentDbContext>>();
        var offers = host.Services.GetRequiredService<OfferMaking>();
        var caller = new Caller("benchmark", CallerRole.Operator, Network, Sites: null, PayerId: null);
        var actor = new AuditActor("benchmark", "operator", string.Empty);
        var start = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, Connections).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var held = 0;
            while (Stopwatch.GetElapsedTime(start) < Length && referrals.TryDequeue(out var referral))
            {
                var program = Guid.Parse($"00000000-0000-7000-8000-{random.Next(programs) + 1:x12}");
                await database.WriteAsync(
                    Network,
                    actor,
                    (db, ct) => offers.MakeAsync(
                        new Operation<EnrollmentDbContext>(db, caller, ct), new WantedOffer(referral, program, 60, string.Empty)),
                    CancellationToken.None);
                held++;
            }

            return held;
        })));
        return done.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
