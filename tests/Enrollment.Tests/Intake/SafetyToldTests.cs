using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.V1;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Enrollment.Intake;

/// <summary>Which sites are told of an alert; the events stay in the outbox, since nothing takes them out.</summary>
public sealed class SafetyToldTests : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private TestHost host = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync(database: null);
        world = new World(host, tokens, database: null);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        tokens.Dispose();
    }

    [Fact]
    public async Task The_site_that_takes_a_discharge_back_is_told_of_what_was_found_elsewhere_since()
    {
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 1);
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, 9), daysAgo: 2)).Episode;
        var alert = await AlertAsync(episode.PersonId, elsewhere);
        (await ToldAsync(alert)).ShouldBe([elsewhere]);
        await world.ReinstateAsync(episode);
        (await ToldAsync(alert)).ShouldBe([elsewhere, site]);
    }

    [Fact]
    public async Task The_site_that_takes_a_discharge_back_is_not_told_again_of_what_it_was_told_of()
    {
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (there, other) = await world.OpenProgramAsync(licensed: 1);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferEligibleAsync();
        var twin = (await world.ReferAsync()).PersonId;
        var before = await AlertAsync(referral.PersonId, elsewhere);
        var episode = await world.AdmitSinceAsync(program, 9, referral);
        var during = await AlertAsync(referral.PersonId, elsewhere);
        var strange = await AlertAsync(twin, elsewhere);
        await world.DischargeOnAsync(episode, daysAgo: 2);
        await world.MergeAsync(referral.PersonId, twin);
        episode = (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, world.Operator)).Episode;
        episode = (await world.ReinstateAsync(episode)).Episode;
        foreach (var alert in new[] { before, during, strange })
            (await ToldAsync(alert)).ShouldBe([elsewhere, site]);

        // Who comes back from another site had left: there is time in which somebody else looked after the person.
        episode = (await world.TransferAsync(episode, other)).Episode;
        await world.TransferAsync(episode, program);
        foreach (var alert in new[] { before, during, strange })
            (await ToldAsync(alert)).ShouldBe([elsewhere, site, there, site]);
    }

    [Fact]
    public async Task The_new_site_is_told_of_an_alert_that_is_raised_while_the_person_is_transferred()
    {
        await using var database = await TestDatabase.CreateAsync("enrollment");
        await using var postgres = await StartAsync(database);
        world = new World(postgres, tokens, database);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (there, other) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        var (personId, siteId) = (Guid.Parse(episode.PersonId), Guid.Parse(site));
        var screening = (await world.ScreenAsync(episode.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(11, 0))).Screening;
        Task<TransferEpisodeResponse>? transfer = null;
        var alert = await world.WriteAsync(async (db, ct) =>
        {
            // As a screening raises it. Who does not wait for the person transfers meanwhile.
            await db.LockedAsync<Referrals.Person>(personId, ct);
            transfer = await World.UntilItWaitsAsync(db, () => world.TransferAsync(episode, other).ResponseAsync, ct);
            var raised = new Enrollment.Assessments.Safety.SafetyAlert
            {
                Id = db.NewId(), NetworkId = world.Network, PersonId = personId, SiteId = siteId, ScreeningId = Guid.Parse(screening.Id),
                Kind = Enrollment.Assessments.Safety.SafetyAlertKind.Phq9Item9,
                Severity = Enrollment.Assessments.Safety.SafetySeverity.Assess, RaisedAt = db.Now,
            };
            db.SafetyAlerts.Add(raised);
            return raised.Id.ToString();
        });
        await transfer!;
        (await ToldAsync(alert)).ShouldBe([there]);
    }

    [Fact]
    public async Task A_transfer_waits_for_who_acknowledges_an_alert_at_the_same_moment_and_is_not_refused()
    {
        await using var database = await TestDatabase.CreateAsync("enrollment");
        await using var postgres = await StartAsync(database);
        world = new World(postgres, tokens, database);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (there, other) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        var (acknowledged, open) = (await AlertAsync(episode.PersonId, site), await AlertAsync(episode.PersonId, site));
        Task<TransferEpisodeResponse>? transfer = null;
        await world.WriteAsync(async (db, ct) =>
        {
            var alert = await db.LockedAsync<Enrollment.Assessments.Safety.SafetyAlert>(Guid.Parse(acknowledged), ct);
            transfer = await World.UntilItWaitsAsync(db, () => world.TransferAsync(episode, other).ResponseAsync, ct);
            alert!.Acknowledge("somebody", "safety plan made", db.Now);
            return alert.Id;
        });
        (await transfer!).Episode.SiteId.ShouldBe(there);
        (await ToldAsync(acknowledged)).ShouldBe([site]);
        (await ToldAsync(open)).ShouldBe([site, there]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_site_that_has_the_person_is_told_of_the_alerts_of_the_other_record(bool keepInCare)
    {
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 1);
        var person = (await world.AdmitNewPersonAsync(program)).PersonId;
        var twin = (await world.ReferAsync()).PersonId;
        var known = await AlertAsync(person, elsewhere);
        var (here, strange) = (await AlertAsync(twin, site), await AlertAsync(twin, elsewhere));
        (await ToldAsync(known)).ShouldBe([elsewhere, site]);
        (await ToldAsync(strange)).ShouldBe([elsewhere]);
        await (keepInCare ? world.MergeAsync(person, twin) : world.MergeAsync(twin, person));
        (await ToldAsync(strange)).ShouldBe([elsewhere, site]);
        (await ToldAsync(known)).ShouldBe([elsewhere, site]);
        (await ToldAsync(here)).ShouldBe([site]);
    }

    private Task<TestHost> StartAsync(TestDatabase? database)
    {
        return TestHost.StartAsync("enrollment", AddWithoutRelay, app => app.MapEnrollment(), tokens, database);

        static void AddWithoutRelay(WebApplicationBuilder builder)
        {
            builder.AddEnrollment();
            var relay = builder.Services.Single(s => s.ImplementationType?.Name.StartsWith("OutboxRelay", StringComparison.Ordinal) == true);
            builder.Services.Remove(relay);
        }
    }

    private async Task<string> AlertAsync(string person, string site) =>
        (await world.ScreenAsync(person, site, Instrument.Phq9, IntakeWorld.Phq9(11, 1))).Alert.Id;

    /// <summary>The sites that were told of an alert, in order.</summary>
    private async Task<IEnumerable<string>> ToldAsync(string alert)
    {
        var events = await world.ReadAsync((db, ct) => db.Database.SqlQuery<string>(
            $"""
             SELECT payload AS "Value" FROM outbox_message WHERE event_name = 'enrollment.safety-alert-raised' ORDER BY position
             """).ToListAsync(ct));
        return events
            .Select(payload => JsonDocument.Parse(payload).RootElement)
            .Where(told => told.GetProperty("alertId").GetString() == alert)
            .Select(told => told.GetProperty("siteId").GetString()!);
    }
}
