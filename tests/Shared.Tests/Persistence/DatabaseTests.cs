using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Platform.Shared.Errors;
using Platform.Shared.Tests.Members;
using Platform.Support;

namespace Platform.Shared.Tests.Persistence;

public sealed class DatabaseTests
{
    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_query_sees_the_rows_of_its_network_only_whichever_context_the_pool_hands_out(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        await service.JoinAsync("Ada");
        var other = Guid.CreateVersion7();
        for (var i = 0; i < 3; i++)
        {
            (await CountAsync(service, other)).ShouldBe(0);
            (await CountAsync(service, service.Network)).ShouldBe(1);
        }
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_violated_unique_index_is_the_error_that_the_service_names_for_it(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        await service.JoinAsync("Ada");

        var refusal = await Should.ThrowAsync<RpcException>(() => service.JoinAsync("Ada"));

        refusal.ToDomainError().ShouldNotBeNull().Code.ShouldBe(MemberDbContext.NameTaken.Code);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task So_is_a_violated_check(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var request = service.JoinRequest("Ada");
        request.Age = 17;

        var refusal = await Should.ThrowAsync<RpcException>(async () => await service.Client.JoinAsync(request, service.Operator));

        refusal.ToDomainError().ShouldNotBeNull().Code.ShouldBe(MemberDbContext.TooYoung.Code);
    }

    [Fact]
    public async Task A_transaction_that_PostgreSQL_gives_up_for_another_is_run_again()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Postgres);
        var first = await service.JoinAsync("Ada");
        var second = await service.JoinAsync("Grace");
        using var bothHoldOne = new Barrier(2);
        var runs = 0;

        // Each locks its own row, waits until the other has, and then wants the other's: a deadlock.
        await Task.WhenAll(SwapAsync(first, second), SwapAsync(second, first));

        runs.ShouldBeGreaterThan(2);
        (await service.Database.ReadAsync(
            service.Network, (db, token) => db.Members.Select(m => m.Age).ToListAsync(token), default)).ShouldBe([32, 32]);

        Task<int> SwapAsync(Guid one, Guid other) => Task.Run(() => service.Database.WriteAsync(
            service.Network,
            actor: null,
            async (db, token) =>
            {
                var isFirstRun = Interlocked.Increment(ref runs) <= 2;
                await db.Members.Where(m => m.Id == one).ExecuteUpdateAsync(row => row.SetProperty(m => m.Age, m => m.Age + 1), token);
                if (isFirstRun)
                    bothHoldOne.SignalAndWait(TimeSpan.FromSeconds(20), token);
                return await db.Members.Where(m => m.Id == other)
                    .ExecuteUpdateAsync(row => row.SetProperty(m => m.Age, m => m.Age + 1), token);
            },
            CancellationToken.None));
    }

    [Fact]
    public async Task A_statement_that_was_prepared_before_a_migration_added_a_column_is_run_again()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Postgres);
        var ada = await service.JoinAsync("Ada");
        for (var i = 0; i < 20; i++)
            await LockAsync();
        (await PreparedAsync()).ShouldBeGreaterThan(0);

        await using var owner = new NpgsqlConnection(service.Postgres!.OwnerConnectionString);
        await owner.OpenAsync();
        await using var migration = new NpgsqlCommand("ALTER TABLE member ADD COLUMN nickname text", owner);
        await migration.ExecuteNonQueryAsync();

        (await LockAsync()).ShouldBe("Ada");

        Task<string> LockAsync() => service.Database.WriteAsync(
            service.Network,
            actor: null,
            async (db, token) =>
            {
                // Without a filter EF adds nothing around it: the star is what is prepared.
                var rows = await db.Members.FromSql($"SELECT * FROM member WHERE id = {ada} FOR UPDATE").IgnoreQueryFilters().ToListAsync(token);
                return rows.Single().Name;
            },
            CancellationToken.None);

        Task<int> PreparedAsync() => service.Database.WriteAsync(
            service.Network,
            actor: null,
            (db, token) => db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_prepared_statements").SingleAsync(token),
            CancellationToken.None);
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task What_follows_a_commit_runs_after_it_and_not_after_a_rollback(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var seen = new List<int>();

        await service.Database.WriteAsync(service.Network, null, AddAsync("Ada"), CancellationToken.None);
        await Should.ThrowAsync<DomainException>(
            () => service.Database.WriteAsync(service.Network, null, AddAsync("Ada"), CancellationToken.None));

        seen.ShouldBe([1]);

        Func<MemberDbContext, CancellationToken, Task<bool>> AddAsync(string name) => (db, _) =>
        {
            db.Members.Add(new Member { Id = db.NewId(), NetworkId = service.Network, Age = 30 }.Rename(name));
            db.AfterCommit(async _ => seen.Add(await CountAsync(service, service.Network)));
            return Task.FromResult(true);
        };
    }

    [Fact]
    public async Task A_stopped_database_is_unavailable_and_after_its_return_the_same_request_goes_through_once()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await TestDatabase.CreateAsync("stopped", server);
        using var tokens = new TestTokens();
        await using var service = await MemberHost.StartAsync(database, tokens);
        service.Host.Logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "");
        var request = service.JoinRequest("Ada");
        await service.Client.JoinAsync(request, service.Operator);
        var next = service.JoinRequest("Grace");

        await server.StopAsync();
        var failure = await Should.ThrowAsync<RpcException>(async () => await service.Client.JoinAsync(next, service.Operator));
        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
        (await ReadyAsync(service)).ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);

        await server.RestartAsync();
        await Eventually.PassesAsync(
            async () => await service.Client.JoinAsync(next, service.Operator), "the service to reach its database again");
        await service.Client.JoinAsync(next, service.Operator);
        (await CountAsync(service, service.Network)).ShouldBe(2);
        (await ReadyAsync(service)).ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_connection_lost_in_the_middle_is_unavailable_and_leaves_nothing()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Postgres);

        var failure = await Should.ThrowAsync<DomainException>(() => service.Database.WriteAsync(
            service.Network,
            actor: null,
            async (db, token) =>
            {
                db.Members.Add(new Member { Id = db.NewId(), NetworkId = service.Network, Age = 30 }.Rename("Ada"));
                await db.SaveChangesAsync(token);
                var pid = ((NpgsqlConnection)db.Database.GetDbConnection()).ProcessID;
                await using var other = new NpgsqlConnection(service.Postgres!.AppConnectionString + ";Pooling=false");
                await other.OpenAsync(token);
                await using var kill = new NpgsqlCommand($"SELECT pg_terminate_backend({pid})", other);
                await kill.ExecuteScalarAsync(token);
                return true;
            },
            CancellationToken.None));

        failure.Error.Kind.ShouldBe(ErrorKind.Unavailable);
        (await CountAsync(service, service.Network)).ShouldBe(0);
    }

    private static async Task<System.Net.HttpStatusCode> ReadyAsync(MemberHost service)
    {
        using var http = new HttpClient { BaseAddress = service.Host.HttpAddress };
        return (await http.GetAsync("/health/ready")).StatusCode;
    }

    private static Task<int> CountAsync(MemberHost service, Guid network) =>
        service.Database.ReadAsync(network, (db, token) => db.Members.CountAsync(token), CancellationToken.None);
}
