using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;

namespace Platform.Shared.Persistence;

/// <summary>
/// Brings the database up to date, as its owner: the database itself when there is none, the migrations, then row-level security
/// and grants for every table of the model, and then the rows. Runs before the new version of a service starts, once or many times.
/// </summary>
internal sealed class Migrator<TDb>(
    IConfiguration configuration, IOptions<PlatformOptions> platform, OutboxSignal signal, TimeProvider time,
    IEnumerable<RowUpgrade<TDb>> upgrades)
    where TDb : ServiceDbContext
{
    // Two migrators at once take turns; the number is arbitrary, and its scope is the database.
    private const long Turn = 7_223_091_544;

    /// <returns>What was done, in lines for people.</returns>
    /// <exception cref="StartRefusedException">It cannot be done as things are set up.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var postgres = configuration.GetConnectionString("PostgresOwner") ?? configuration.GetConnectionString("Postgres")
            ?? throw new StartRefusedException(
                "There is nothing to migrate: the store is embedded, and its file is made when the service starts.");
        var connectionString = StoreOptions.ConnectionString(postgres, platform.Value.Service);
        await using var source = NpgsqlDataSource.Create(connectionString);
        var options = new DbContextOptionsBuilder<TDb>()
            .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable(StoreOptions.MigrationsHistory))
            .Options;
        var contexts = new Contexts(options);
        await using var db = contexts.CreateDbContext();
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await db.Database.MigrateAsync(cancellationToken);

        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Turn})", cancellationToken);
        await RequireRoleAsync(connection, platform.Value.ApplicationRole, cancellationToken);
        foreach (var statement in RowSecurity.Statements(db, platform.Value.ApplicationRole))
        {
            await ExecuteAsync(connection, statement, cancellationToken);
        }

        var done = pending.ConvertAll(migration => $"applied {migration}");
        using var database = new Database<TDb>(contexts, signal, time);
        foreach (var upgrade in upgrades)
        {
            done.AddRange(await upgrade.RunAsync(database, cancellationToken));
        }

        return done;
    }

    private static async Task RequireRoleAsync(NpgsqlConnection connection, string role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM pg_roles WHERE rolname = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = role } },
        };
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
        {
            throw new StartRefusedException(
                $"There is no role {role} (Platform:ApplicationRole). Create it: CREATE ROLE {role} LOGIN PASSWORD '…' NOBYPASSRLS.");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class Contexts(DbContextOptions<TDb> options) : IDbContextFactory<TDb>
    {
        public TDb CreateDbContext() => (TDb)Activator.CreateInstance(typeof(TDb), options)!;
    }
}
