using Microsoft.EntityFrameworkCore;
using Npgsql;
using Platform.Shared.Tests.Members;

namespace Platform.Shared.Tests.Persistence;

/// <summary>What the application role can and cannot do with SQL of its own, whatever the service's code asks.</summary>
public sealed class RowSecurityTests : IAsyncLifetime
{
    private MemberHost service = null!;
    private Guid member;

    public async ValueTask InitializeAsync()
    {
        service = await MemberHost.StartAsync(StoreKind.Postgres);
        member = await service.JoinAsync("Ada");
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Every_table_has_forced_row_security_and_a_policy()
    {
        await using var owner = await OpenAsync(service.Postgres!.OwnerConnectionString);
        await ExecuteAsync(owner, "CREATE TABLE forgotten (id int)");

        (await UnprotectedAsync(owner)).ShouldBe(["forgotten"]);

        await ExecuteAsync(owner, "ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON forgotten USING (true)");
        (await UnprotectedAsync(owner)).ShouldBe(["forgotten"], "its owner is not bound yet");

        await ExecuteAsync(owner, "DROP TABLE forgotten");
        (await UnprotectedAsync(owner)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_visible_without_a_tenant()
    {
        await using var app = await OpenAsync(service.Postgres!.AppConnectionString);

        foreach (var table in new[] { "member", "audit_entry", "audit_head", "handled_request", "outbox_message", "inbox_message" })
            (await ScalarAsync(app, $"SELECT count(*) FROM {table}")).ShouldBe(0L, table);
    }

    [Fact]
    public async Task The_owner_of_the_tables_is_bound_too()
    {
        await using var owner = await OpenAsync(service.Postgres!.OwnerConnectionString);

        (await ScalarAsync(owner, "SELECT count(*) FROM member")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_tenant_reads_and_changes_its_own_rows()
    {
        await using var app = await OpenAsAsync(service.Network);

        (await ScalarAsync(app, "SELECT count(*) FROM member")).ShouldBe(1L);
        (await ExecuteAsync(app, "UPDATE member SET age = 40")).ShouldBe(1);
    }

    [Fact]
    public async Task Another_tenant_cannot_read_change_or_delete_them()
    {
        await using var app = await OpenAsAsync(Guid.CreateVersion7());

        (await ScalarAsync(app, $"SELECT count(*) FROM member WHERE id = '{member}'")).ShouldBe(0L);
        (await ExecuteAsync(app, $"UPDATE member SET age = 40 WHERE id = '{member}'")).ShouldBe(0);
        (await ExecuteAsync(app, $"DELETE FROM member WHERE id = '{member}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Another_tenant_cannot_put_a_row_under_this_ones_name()
    {
        await using var app = await OpenAsAsync(Guid.CreateVersion7());

        var refusal = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(
            app,
            $"INSERT INTO member (id, network_id, name, age, version) VALUES ('{Guid.NewGuid()}', '{service.Network}', 'X', 30, 1)"));

        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_tenant_cannot_hand_its_row_to_another()
    {
        await using var app = await OpenAsAsync(service.Network);

        var refusal = await Should.ThrowAsync<PostgresException>(
            () => ExecuteAsync(app, $"UPDATE member SET network_id = '{Guid.NewGuid()}'"));

        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_worker_sees_the_shared_tables_of_all_networks_and_no_business_rows()
    {
        await using var app = await OpenAsync(service.Postgres!.AppConnectionString);
        await ExecuteAsync(app, "SELECT set_config('app.worker', 'on', false)");

        (await ScalarAsync(app, "SELECT count(*) FROM handled_request")).ShouldBe(1L);
        (await ScalarAsync(app, "SELECT count(*) FROM member")).ShouldBe(0L);
        (await ScalarAsync(app, "SELECT count(*) FROM audit_entry")).ShouldBe(0L);
    }

    [Fact]
    public async Task The_tenant_of_one_transaction_does_not_stay_on_the_pooled_connection()
    {
        var pool = NpgsqlDataSource.Create(service.Postgres!.AppConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");
        await using (pool)
        {
            var options = new DbContextOptionsBuilder<MemberDbContext>().UseNpgsql(pool).Options;
            await using (var db = new MemberDbContext(options))
            {
                db.Begin(service.Network, DateTimeOffset.UnixEpoch);
                await using var transaction = await db.Database.BeginTransactionAsync();
                await Shared.Persistence.Tenant.OpenAsync(db, [], CancellationToken.None);
                (await db.Members.CountAsync()).ShouldBe(1);
                await transaction.CommitAsync();
            }

            await using var next = await pool.OpenConnectionAsync();
            (await ScalarAsync(next, "SELECT count(*) FROM member")).ShouldBe(0L);
        }
    }

    [Fact]
    public async Task The_application_role_can_only_add_to_the_audit()
    {
        await using var app = await OpenAsAsync(service.Network);

        foreach (var sql in new[] { "UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry", "TRUNCATE audit_entry" })
        {
            var refusal = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(app, sql), sql);
            refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    private static async Task<List<string>> UnprotectedAsync(NpgsqlConnection owner)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname FROM pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> '__ef_migrations_history'
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
            ORDER BY c.relname
            """,
            owner);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        return tables;
    }

    private async Task<NpgsqlConnection> OpenAsAsync(Guid network)
    {
        var connection = await OpenAsync(service.Postgres!.AppConnectionString);
        await ExecuteAsync(connection, $"SELECT set_config('app.network', '{network}', false)");
        return connection;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
