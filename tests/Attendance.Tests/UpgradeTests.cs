using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Platform.Attendance.Tests.Support;
using Platform.Contracts.Events.Scheduling;
using Platform.Support;

namespace Platform.Attendance.Tests;

/// <summary>What the first version left in PostgreSQL is there after the upgrade, and goes on.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_day_of_the_first_version_closes_with_the_last_of_its_rolls()
    {
        using var tokens = new TestTokens();
        await using var database = await TestDatabase.CreateAsync("upgrade");
        var (before, patient, alone) = await BeginAsync(tokens, database);
        await using (var source = NpgsqlDataSource.Create(database.OwnerConnectionString))
        {
            await using var db = new AttendanceDbContext(new DbContextOptionsBuilder<AttendanceDbContext>()
                .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("__ef_migrations_history")).Options);
            await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First(), TestContext.Current.CancellationToken);
            (await db.Database.GetPendingMigrationsAsync()).ShouldNotBeEmpty();
        }

        await using var host = await StartAsync(tokens, database);
        var world = new World(host, tokens) { Network = before.Network, SiteId = before.SiteId, ProgramId = before.ProgramId };
        (await world.DayAsync(patient)).ClosedAt.ShouldBeNull();
        await world.SignAsync(alone);
        var day = await world.DayAsync(patient);
        day.ClosedAt.ShouldNotBeNull();
        day.Minutes.ShouldBe(230);
    }

    /// <summary>A day of two sessions, of which one is signed.</summary>
    private static async Task<(World World, Patient Patient, SessionFacts Unsigned)> BeginAsync(TestTokens tokens, TestDatabase database)
    {
        await using var host = await StartAsync(tokens, database);
        var world = new World(host, tokens);
        var patient = World.NewPatient();
        var (group, alone) = (world.Session(), world.Session("INDIVIDUAL_THERAPY", World.Therapist, 60));
        await world.BookAsync(patient, 1, group);
        await world.BookAsync(patient, 1, alone);
        await world.AttendAsync(group, patient, 170);
        await world.AttendAsync(alone, patient, 60);
        await world.SignAsync(group);
        return (world, patient, alone);
    }

    private static Task<TestHost> StartAsync(TestTokens tokens, TestDatabase database) =>
        TestHost.StartAsync("attendance", builder => builder.AddAttendance(), app => app.MapAttendance(), tokens, database);
}
