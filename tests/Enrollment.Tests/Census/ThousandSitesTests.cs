using Microsoft.EntityFrameworkCore;
using Npgsql;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Census;

/// <summary>A network of a thousand sites with more than a year of movements: what a report reads, counted by PostgreSQL itself.</summary>
public sealed class ThousandSitesTests(Hosts hosts)
{
    private const int Sites = 1000;
    private static readonly DateOnly First = new(2024, 10, 1);
    private static readonly DateOnly On = new(2025, 11, 20);
    private static readonly ReportScope All = new(null, null, null, null);

    [Fact]
    public async Task No_report_reads_an_episode_a_stay_or_a_referral_and_each_reads_only_the_spans_it_is_of()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 30);
        await world.DischargeAsync(await world.AdmitNewPersonAsync(program));
        await SeedAsync(world);
        await AnalyzeAsync(world);

        var census = await ReadOfAsync(world, db => CensusReport.AnswerAsync(db, On, CensusBy.Region, All, null, default));
        census.Answer.Total.Persons.ShouldBe(Sites * (long)(On.DayNumber - First.DayNumber + 1));
        census.Answer.Rows.Count.ShouldBe(10);

        // Twice, rows and total: one year, ten months and twenty days of each program, of one measure.
        census.Tallies.ShouldBeLessThanOrEqualTo(2 * Sites * (1 + 10 + 20));
        var page = await ReadOfAsync(world, db => CensusReport.AnswerAsync(db, On, CensusBy.Site, All, new() { Size = 100 }, default));
        page.Answer.Rows.Count.ShouldBe(100);
        page.Answer.NextPageToken.ShouldNotBeEmpty();

        var ends = OccupancyReport.Ends(First, On, TrendStep.Month);
        var occupancy = await ReadOfAsync(world, db => OccupancyReport.AnswerAsync(db, ends, TrendStep.Month, All, default));
        occupancy.Answer.Points.Count.ShouldBe(14);
        occupancy.Answer.Points[^1].Licensed.ShouldBe(Sites * 30, "the first program was opened later");

        var period = Spans.Cut(First, On, Span.Year);
        var funnel = await ReadOfAsync(world, db => FunnelReport.AnswerAsync(db, period, All, default));
        funnel.Answer.Rows.ShouldBeEmpty();
        var placed = await ReadOfAsync(world, db => FunnelReport.AnswerAsync(db, period, All with { RegionId = Guid.NewGuid() }, default));
        placed.Answer.Rows.ShouldBeEmpty();
        var lengths = await ReadOfAsync(world, db => db.Over([Measure.Discharged], period).Within(db, All).LengthsAsync(default));
        lengths.Answer.ShouldBeEmpty();
        foreach (var read in new[] { census.People, page.People, occupancy.People, funnel.People, placed.People, lengths.People })
            read.ShouldBe(0, "rows of episodes, stays and referrals");
    }

    /// <summary>What a report answers, with how many rows of which tables its transaction read.</summary>
    private static Task<(T Answer, long People, long Tallies)> ReadOfAsync<T>(World world, Func<EnrollmentDbContext, Task<T>> report) =>
        world.ReadAsync(async (db, ct) =>
        {
            string[] people = ["episode", "episode_stay", "referral", "person"], tallies = ["tally"];
            var before = (People: await RowsReadAsync(db, people, ct), Tallies: await RowsReadAsync(db, tallies, ct));
            var answer = await report(db);
            return (answer, await RowsReadAsync(db, people, ct) - before.People, await RowsReadAsync(db, tallies, ct) - before.Tallies);
        });

    private static Task<long> RowsReadAsync(EnrollmentDbContext db, string[] tables, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<long>(
            $"""
             SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint AS "Value"
             FROM pg_stat_xact_user_tables WHERE relname = ANY({tables})
             """).SingleAsync(cancellationToken);

    /// <summary>Lets the planner know of the rows, as autovacuum does within a minute; only the owner of a table may.</summary>
    private static async Task AnalyzeAsync(World world)
    {
        await using var owner = new NpgsqlConnection(world.Database!.OwnerConnectionString);
        await owner.OpenAsync();
        await using var command = new NpgsqlCommand("ANALYZE tally, site, program, program_capacity, region", owner);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Copies the one site a thousand times, each in one of ten regions, and gives each copy a person more every day.</summary>
    private static Task SeedAsync(World world) => world.WriteAsync(async (db, ct) =>
    {
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO region SELECT md5('region' || r)::uuid, {world.Network}, 'Region ' || r, 1 FROM generate_series(0, 9) r
             """, ct);
        await db.Database.ExecuteSqlAsync(
            $"""
             CREATE TEMP TABLE clone ON COMMIT DROP AS SELECT n, gen_random_uuid() AS site, gen_random_uuid() AS program FROM generate_series(1, {Sites}) n
             """, ct);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO site SELECT (jsonb_populate_record(s, jsonb_build_object(
                 'id', site, 'external_id', site::text, 'natural_key', site::text, 'name', 'Copy ' || n, 'region_id', md5('region' || n % 10)::uuid))).*
             FROM clone, site s WHERE s.network_id = {world.Network}
             """, ct);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO program SELECT (jsonb_populate_record(p, jsonb_build_object('id', program, 'site_id', site))).*
             FROM clone, program p WHERE p.network_id = {world.Network}
             """, ct);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO program_capacity SELECT (jsonb_populate_record(c, jsonb_build_object('program_id', program, 'site_id', site, 'waitlist_due', false))).*
             FROM clone, program_capacity c WHERE c.network_id = {world.Network}
             """, ct);
        foreach (var (span, unit) in new[] { (Span.Day, "day"), (Span.Month, "month"), (Span.Year, "year") })
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO tally (network_id, measure, span, starts_on, program_id, kind, bucket, count, days)
                 SELECT {world.Network}, {(short)Measure.Persons}, {(short)span}, date_trunc({unit}, day)::date, program, 2, 0, count(*), 0
                 FROM clone, generate_series({First}::timestamp, {On}::timestamp, '1 day') day
                 GROUP BY program, 4
                 """, ct);
        return 0;
    });
}
