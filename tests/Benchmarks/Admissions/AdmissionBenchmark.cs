using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Npgsql;
using Platform.Enrollment;
using Platform.Enrollment.V1;
using Platform.Support;

namespace Platform.Benchmarks.Admissions;

/// <summary>
/// Admissions through gRPC, from the offer that holds the place, against the statements of an admission in pgbench: the same
/// server, as many connections, alternating rounds. The service does what pgbench does not: tokens, protobuf, rules, hashes, and
/// the relay of what was published.
/// </summary>
internal static class AdmissionBenchmark
{
    private const int Rounds = 5;
    private const int Clients = 8;
    private const int PerClient = 40;

    /// <summary>Rounds before the first that counts: a service that has run for a while has its code compiled for speed.</summary>
    private const int WarmUp = 8;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync("admissions");
        using var tokens = new TestTokens();
        await using var host = await TestHost.StartAsync("enrollment", b => b.AddEnrollment(), app => app.MapEnrollment(), tokens, database);
        await CompareAsync("one hot program", host, tokens, database, programs: 1);
        await CompareAsync("a thousand programs", host, tokens, database, programs: 1000);
    }

    private static async Task CompareAsync(string what, TestHost host, TestTokens tokens, TestDatabase database, int programs)
    {
        var network = Guid.NewGuid();
        var perRound = Clients * PerClient;
        var template = await TemplateAsync(host, tokens, network);
        await SeedAsync(database, network, template, programs, offers: 2 * perRound * (Rounds + WarmUp));
        var script = AdmissionScript.Of(network);
        var (service, bare, next) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < Rounds + WarmUp; round++, next += 2 * perRound)
        {
            var admitted = await AdmitAsync(host, tokens.Operator(network), network, next);
            var replayed = await ReplayAsync(database, script, next + perRound);
            if (round >= WarmUp)
            {
                service.Add(perRound / admitted.TotalSeconds);
                bare.Add(perRound / replayed.TotalSeconds);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"admissions, {what,-20} {Median(service),8:N0}/s   pgbench {Median(bare),8:N0}/s   ratio {Median(service.Zip(bare, (s, b) => s / b)):0.00}"));
    }

    /// <summary>A site with a program, and a person with an eligible referral, made by the API: what the seeds are copies of.</summary>
    private static async Task<Template> TemplateAsync(TestHost host, TestTokens tokens, Guid network)
    {
        var headers = tokens.Operator(network);
        using var import = new SiteService.SiteServiceClient(host.Channel).ImportSites(headers);
        await import.RequestStream.WriteAsync(new ImportSitesRequest
        {
            Header = new ImportSitesHeader { RequestId = NewId(), Format = FacilityFileFormat.Csv },
        });
        await import.RequestStream.WriteAsync(new ImportSitesRequest
        {
            Chunk = Google.Protobuf.ByteString.CopyFromUtf8(
                "external_id,name,type_facility,street,city,state,zip,phone,latitude,longitude,program,track,age_group,licensed\n"
                + "1,Site,SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT,10000\n"),
        });
        await import.RequestStream.CompleteAsync();
        await foreach (var _ in import.ResponseStream.ReadAllAsync())
        {
            // Until it is done.
        }

        var today = DateTimeOffset.UtcNow.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var referral = (await new ReferralService.ReferralServiceClient(host.Channel).CreateReferralAsync(
            new CreateReferralRequest
            {
                RequestId = NewId(),
                Person = new Person { GivenName = "Ada", FamilyName = "Example", BirthDate = "1990-05-06" },
                Source = ReferralSource.Self,
                ReferredOn = today,
            },
            headers)).Referral;
        var consent = (await new ConsentService.ConsentServiceClient(host.Channel).RecordConsentAsync(
            new RecordConsentRequest
            {
                RequestId = NewId(), PersonId = referral.PersonId, Purposes = { Purpose.Treatment }, Recipient = "my treating providers",
                Description = "all of the record", SignedOn = today,
            },
            headers)).Consent;
        return new Template(referral.PersonId, referral.Id, consent.Id);
    }

    /// <summary>Copies the program and the person, and holds a place for each copy; ids follow from their number.</summary>
    private static async Task SeedAsync(TestDatabase database, Guid network, Template template, int programs, int offers)
    {
        await using var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 300;
        command.CommandText = $"""
            SELECT set_config('app.network', '{network}', false);
            INSERT INTO site SELECT (jsonb_populate_record(s, jsonb_build_object(
                'id', {AdmissionScript.Id(network, "site", "n")}, 'external_id', 'copy ' || n, 'natural_key', 'copy ' || n))).*
                FROM site s, generate_series(0, {programs - 1}) n;
            INSERT INTO program SELECT (jsonb_populate_record(p, jsonb_build_object(
                'id', {AdmissionScript.Id(network, "program", "n")}, 'site_id', {AdmissionScript.Id(network, "site", "n")}))).*
                FROM program p, generate_series(0, {programs - 1}) n;
            INSERT INTO program_capacity SELECT (jsonb_populate_record(c, jsonb_build_object(
                'program_id', {AdmissionScript.Id(network, "program", "n")}, 'site_id', {AdmissionScript.Id(network, "site", "n")},
                'held', {(offers / programs) + 1}))).*
                FROM program_capacity c, generate_series(0, {programs - 1}) n;
            INSERT INTO person SELECT (jsonb_populate_record(p, jsonb_build_object('id', {AdmissionScript.Id(network, "person", "n")}))).*
                FROM person p, generate_series(0, {offers - 1}) n WHERE p.id = '{template.PersonId}';
            INSERT INTO consent SELECT (jsonb_populate_record(c, jsonb_build_object(
                'id', {AdmissionScript.Id(network, "consent", "n")}, 'person_id', {AdmissionScript.Id(network, "person", "n")}))).*
                FROM consent c, generate_series(0, {offers - 1}) n WHERE c.id = '{template.ConsentId}';
            INSERT INTO referral SELECT (jsonb_populate_record(r, jsonb_build_object(
                'id', {AdmissionScript.Id(network, "referral", "n")}, 'person_id', {AdmissionScript.Id(network, "person", "n")}, 'status', 'Eligible'))).*
                FROM referral r, generate_series(0, {offers - 1}) n WHERE r.id = '{template.ReferralId}';
            INSERT INTO offer (id, network_id, referral_id, person_id, site_id, program_id, status, expires_at, version)
            SELECT {AdmissionScript.Id(network, "offer", "n")}, '{network}', {AdmissionScript.Id(network, "referral", "n")},
                {AdmissionScript.Id(network, "person", "n")}, {AdmissionScript.Id(network, "site", $"(n % {programs})")},
                {AdmissionScript.Id(network, "program", $"(n % {programs})")}, 'Held', now() + interval '1 day', 1
            FROM generate_series(0, {offers - 1}) n;
            """;
        await command.ExecuteNonQueryAsync();
        await using var owner = new NpgsqlConnection(database.OwnerConnectionString);
        await owner.OpenAsync();
        await using var analyze = new NpgsqlCommand("ANALYZE", owner);
        await analyze.ExecuteNonQueryAsync();
    }

    private static async Task<TimeSpan> AdmitAsync(TestHost host, Metadata headers, Guid network, int first)
    {
        var episodes = new EpisodeService.EpisodeServiceClient(host.Channel);
        var today = TimeZoneInfo.ConvertTimeBySystemTimeZoneId(DateTimeOffset.UtcNow, "America/New_York")
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var i = 0; i < PerClient; i++)
            {
                await episodes.AdmitAsync(
                    new AdmitRequest
                    {
                        RequestId = NewId(), OfferId = AdmissionScript.IdOf(network, "offer", first + (client * PerClient) + i), AdmittedOn = today,
                    },
                    headers);
            }
        }));
        return watch.Elapsed;
    }

    /// <summary>As many admissions, by pgbench. Its own time: from the first transaction on.</summary>
    private static async Task<TimeSpan> ReplayAsync(TestDatabase database, string script, int first)
    {
        var rate = await Pgbench.RunAsync(
            database.AppConnectionString, script, Clients, "-t", $"{PerClient}", "-D", $"first={first}", "-D", "i=-1");
        return TimeSpan.FromSeconds(Clients * PerClient / rate);
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    /// <summary>What the seeds are copies of.</summary>
    private sealed record Template(string PersonId, string ReferralId, string ConsentId);
}
