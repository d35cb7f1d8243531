using Npgsql;
using Platform.Support;

namespace Platform.Support.Tests;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task A_killed_server_comes_back_on_its_port_with_what_was_committed()
    {
        await using var server = await PostgresServer.StartAsync();
        await ExecuteAsync(server.ConnectionString, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");

        await server.KillAsync();
        await Should.ThrowAsync<NpgsqlException>(() => ScalarAsync(server.ConnectionString, "SELECT n FROM kept"));
        await server.RestartAsync();

        (await ScalarAsync(server.ConnectionString, "SELECT n FROM kept")).ShouldBe(7);
    }

    [Fact]
    public async Task A_frozen_server_answers_again_when_resumed()
    {
        await using var server = await PostgresServer.StartAsync();

        await server.PauseAsync();
        await Should.ThrowAsync<NpgsqlException>(
            () => ScalarAsync(server.ConnectionString + ";Timeout=1;Command Timeout=1", "SELECT 1"));
        await server.ResumeAsync();

        (await ScalarAsync(server.ConnectionString, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task The_application_role_owns_nothing_and_is_bound_by_row_level_security()
    {
        await using var database = await TestDatabase.CreateAsync("support");
        await ExecuteAsync(
            database.OwnerConnectionString,
            "CREATE TABLE t (n int); INSERT INTO t VALUES (1); ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");

        await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database.AppConnectionString, "SELECT * FROM t"));
        await ExecuteAsync(database.OwnerConnectionString, $"GRANT ALL ON t TO {database.AppRole}");

        (await ScalarAsync(database.AppConnectionString, "SELECT count(*)::int FROM t")).ShouldBe(0);
        await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database.AppConnectionString, "DROP TABLE t"));
    }

    [Fact]
    public async Task A_disposed_database_leaves_neither_itself_nor_its_roles_behind()
    {
        var database = await TestDatabase.CreateAsync("support");
        await ScalarAsync(database.AppConnectionString, "SELECT 1");
        await database.DisposeAsync();

        var left = await ScalarAsync(
            await TestServers.PostgresAsync(),
            $"SELECT (SELECT count(*) FROM pg_database WHERE datname = '{database.Name}')::int"
            + $" + (SELECT count(*) FROM pg_roles WHERE rolname LIKE '{database.Name}%')::int");
        left.ShouldBe(0);
    }

    private static async Task ExecuteAsync(string connectionString, string sql) => await ScalarAsync(connectionString, sql);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
