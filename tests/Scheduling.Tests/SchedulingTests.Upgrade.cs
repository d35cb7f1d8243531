using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Platform.Support;

namespace Platform.Scheduling.Tests;

/// <content>What the first version left is there after the upgrade, and goes on.</content>
public abstract partial class SchedulingTests
{
    /// <summary>Stops the service while a person is booked, and goes on with it on what was made of its database meanwhile.</summary>
    protected async Task ShouldGoOnAfterAsync(Func<TestDatabase, Task> meanwhile)
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await BookAsync(group, episode, "2026-06-01");
        var sessions = await SessionsAsync(group);
        await _host.DisposeAsync();
        await meanwhile(_database!);
        _host = await StartAsync();
        (await SessionsAsync(group)).ShouldBe(sessions);
        await DischargeAsync(episode, "2026-06-05");
        (await SessionsAsync(group)).Select(s => s.Booked).ShouldBe([1, 1, 1, 0, 0, 0]);
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        "scheduling", b => b.AddScheduling(), a => a.MapScheduling(), _tokens, _database,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Services:Enrollment"] = _enrollment.Address.ToString() });
}

public sealed partial class SchedulingOnPostgresTests
{
    [Fact]
    public Task Bookings_of_the_first_version_are_there_and_are_released_with_a_discharge() => ShouldGoOnAfterAsync(async database =>
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var db = new SchedulingDbContext(new DbContextOptionsBuilder<SchedulingDbContext>()
            .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("__ef_migrations_history")).Options);
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First(), TestContext.Current.CancellationToken);
        (await db.Database.GetPendingMigrationsAsync()).ShouldNotBeEmpty();
    });
}
