using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Enrollment.Upgrade;

/// <summary>A PostgreSQL database as the first version left it, under its row-level security, with rows of several networks.</summary>
internal static class FirstDatabase
{
    private const string Initial = "20261121205107_Initial";
    private const string History = "__ef_migrations_history";
    private const string OwnRows = "network_id = nullif(current_setting('app.network', true), '')::uuid";

    public static async Task<IReadOnlyList<FirstVersion>> CreateAsync(TestDatabase database, int networks)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        var options = new DbContextOptionsBuilder<EnrollmentDbContext>()
            .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable(History)).Options;
        await using var db = new EnrollmentDbContext(options);
        await db.GetService<IMigrator>().MigrateAsync(Initial);
        await using var connection = await source.OpenConnectionAsync();
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                tables.Add(reader.GetString(0));
        }

        foreach (var table in tables.Where(table => table != History))
        {
            await ExecuteAsync(
                connection,
                $"""
                 ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
                 CREATE POLICY tenant ON {table} USING ({OwnRows}) WITH CHECK ({OwnRows});
                 """);
        }

        var written = new List<FirstVersion>();
        for (var i = 0; i < networks; i++)
            written.Add(await WriteAsync(connection));

        // The audit chain is as it was.
        using var signal = new OutboxSignal();
        using var store = new Database<EnrollmentDbContext>(new Factory(options), signal, TimeProvider.System);
        foreach (var rows in written)
        {
            await store.WriteAsync(
                rows.Network,
                new AuditActor("intake", "operator", ""),
                (context, _) =>
                {
                    context.Audit(new AuditNote("episode.admit", "episode", rows.OpenEpisode, rows.PersonInCare));
                    return Task.FromResult(0);
                },
                default);
        }

        return written;
    }

    /// <summary>Writes a network as a process of the first version would, also after the tables were brought up.</summary>
    public static async Task<FirstVersion> WriteAsync(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var rows = new FirstVersion(connection.CreateCommand);
        await ExecuteAsync(connection, $"SELECT set_config('app.network', '{rows.Network}', true)");
        await rows.WriteAsync();
        await transaction.CommitAsync();
        return rows;
    }

    /// <summary>Does something in a network as a process of the first version would.</summary>
    public static async Task MeanwhileAsync(TestDatabase database, FirstVersion rows)
    {
        await using var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, $"SELECT set_config('app.network', '{rows.Network}', true)");
        await rows.AdmitMeanwhileAsync(connection.CreateCommand);
        await transaction.CommitAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Factory(DbContextOptions<EnrollmentDbContext> options) : IDbContextFactory<EnrollmentDbContext>
    {
        public EnrollmentDbContext CreateDbContext() => new(options);
    }
}
