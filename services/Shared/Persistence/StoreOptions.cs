using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.Shared.Persistence;

/// <summary>Where a service keeps its rows: a PostgreSQL database, or a SQLite file when no connection string is set.</summary>
internal sealed class StoreOptions : IDisposable
{
    public const string MigrationsHistory = "__ef_migrations_history";

    private const int PreparedStatements = 200;

    private static readonly SqlitePragmas Pragmas = new();

    /// <param name="postgres">Connection string; null for the embedded file.</param>
    /// <param name="service">Name of the service, and of its database where the connection string names none.</param>
    /// <param name="dataDirectory">Folder of the embedded file.</param>
    public StoreOptions(string? postgres, string service, string dataDirectory)
    {
        File = Path.GetFullPath(Path.Combine(dataDirectory, $"{service}.db"));
        if (postgres is not null)
        {
            Postgres = new NpgsqlDataSourceBuilder(ConnectionString(postgres, service)) { Name = service }.Build();
        }
    }

    /// <summary>The pool of PostgreSQL connections; null when the store is embedded.</summary>
    public NpgsqlDataSource? Postgres { get; }

    /// <summary>Path of the embedded file.</summary>
    public string File { get; }

    /// <summary>
    /// The connection string as services use it. What PostgreSQL says in the detail of an error repeats the row's values, so it is
    /// never asked for. Statements that come again are prepared, unless the connection string says otherwise, as behind a pooler that
    /// gives each transaction another session. A connection goes back to the pool as it is: whatever a transaction sets ends with it.
    /// </summary>
    public static string ConnectionString(string postgres, string service)
    {
        var connection = new NpgsqlConnectionStringBuilder(postgres) { IncludeErrorDetail = false };
        connection.Database ??= service;
        connection.ApplicationName ??= service;
        if (!connection.Keys.Contains("Max Auto Prepare", StringComparer.Ordinal))
        {
            connection.MaxAutoPrepare = PreparedStatements;
        }

        if (!connection.Keys.Contains("No Reset On Close", StringComparer.Ordinal))
        {
            connection.NoResetOnClose = true;
        }

        return connection.ConnectionString;
    }

    public static string SqliteConnectionString(string file, bool pooling = true) =>
        new SqliteConnectionStringBuilder { DataSource = file, Pooling = pooling, ForeignKeys = true }.ConnectionString;

    public void Configure(DbContextOptionsBuilder options)
    {
        if (Postgres is not null)
        {
            options.UseNpgsql(Postgres, npgsql => npgsql.MigrationsHistoryTable(MigrationsHistory));
        }
        else
        {
            UseSqlite(options, SqliteConnectionString(File));
        }

        // Whoever called decides whether a failure is a fault: a conflict is an answer, a lost connection is tried again. Faults are
        // logged once, where the call ends.
        options.ConfigureWarnings(warnings => warnings.Log(
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.TransactionError, LogLevel.Debug),
            (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.OptimisticConcurrencyException, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug)));
        options.EnableSensitiveDataLogging(false);
    }

    public static void UseSqlite(DbContextOptionsBuilder options, string connectionString) =>
        options.UseSqlite(connectionString).AddInterceptors(Pragmas);

    /// <summary>Closes the connections that are kept; the last one to an embedded file takes its write-ahead log along.</summary>
    public void Dispose()
    {
        if (Postgres is not null)
        {
            Postgres.Dispose();
            return;
        }

        using var connection = new SqliteConnection(SqliteConnectionString(File));
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>
    /// A writer waits for the one before it. A commit survives the end of the process without a sync of the disk; after a power
    /// failure the file is whole, but may lack the last commits.
    /// </summary>
    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        private const string Sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Sql;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
