using Npgsql;

namespace Platform.Support;

/// <summary>
/// A fresh PostgreSQL database with two roles of its own, as a deployment has them: an owner that creates the tables, and
/// an application role that owns nothing and is bound by row-level security. Disposed, all three are gone.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string server;

    private TestDatabase(string server, string name)
    {
        this.server = server;
        Name = name;
        OwnerRole = $"{name}_owner";
        AppRole = $"{name}_app";
        OwnerConnectionString = ConnectionString(OwnerRole);
        AppConnectionString = ConnectionString(AppRole);
    }

    /// <summary>The name of the database.</summary>
    public string Name { get; }

    /// <summary>The role that owns the database and whatever migrations create in it.</summary>
    public string OwnerRole { get; }

    /// <summary>The role that services use: no owner, no superuser, NOBYPASSRLS.</summary>
    public string AppRole { get; }

    /// <summary>For migrations.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>For services.</summary>
    public string AppConnectionString { get; }

    /// <summary>Creates one on the shared server, or on <paramref name="server"/>.</summary>
    /// <param name="prefix">The beginning of its name, lower-case letters, to tell it in a server's log.</param>
    public static async Task<TestDatabase> CreateAsync(string prefix, PostgresServer? server = null)
    {
        var superuser = server?.ConnectionString ?? await TestServers.PostgresAsync();
        var database = new TestDatabase(superuser, $"{prefix}_{Guid.NewGuid():n}"[..Math.Min(prefix.Length + 17, 50)]);
        // Rights on tables are for the migrations to grant, so that a missing grant shows.
        await ExecuteAsync(
            superuser,
            $"CREATE ROLE {database.OwnerRole} LOGIN PASSWORD 'test'",
            $"CREATE ROLE {database.AppRole} LOGIN PASSWORD 'test' NOSUPERUSER NOBYPASSRLS",
            $"CREATE DATABASE {database.Name} OWNER {database.OwnerRole}");
        return database;
    }

    /// <summary>Drops the database, with whoever is still connected, and its roles.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (var owner = new NpgsqlConnection(OwnerConnectionString))
            NpgsqlConnection.ClearPool(owner);
        await using (var app = new NpgsqlConnection(AppConnectionString))
            NpgsqlConnection.ClearPool(app);
        await ExecuteAsync(
            server,
            $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)",
            $"DROP ROLE IF EXISTS {OwnerRole}",
            $"DROP ROLE IF EXISTS {AppRole}");
    }

    // Patient, since a busy machine may take long over what is right.
    private string ConnectionString(string role) =>
        new NpgsqlConnectionStringBuilder(server) { Database = Name, Username = role, Password = "test", Timeout = 60, CommandTimeout = 120 }
            .ConnectionString;

    // Without a pool: a pooled connection to a dropped database or a stopped server would be handed to the next user.
    private static async Task ExecuteAsync(string connectionString, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
