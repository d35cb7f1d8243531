using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Hosting;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Shared.Tests.Members;

public enum StoreKind
{
    Postgres,
    Sqlite,
}

/// <summary>The members' service on one of the two stores, with a network and an operator's token.</summary>
internal sealed class MemberHost : IAsyncDisposable
{
    private readonly TestHost host;

    private MemberHost(TestHost host, TestTokens tokens, TestDatabase? database)
    {
        this.host = host;
        Tokens = tokens;
        Postgres = database;
        Client = new MemberService.MemberServiceClient(host.Channel);
        Operator = tokens.Operator(Network);
    }

    public Guid Network { get; } = Guid.CreateVersion7();

    public TestHost Host => host;

    public TestTokens Tokens { get; }

    public TestDatabase? Postgres { get; }

    public Metadata Operator { get; }

    public MemberService.MemberServiceClient Client { get; }

    public Database<MemberDbContext> Database => host.Services.GetRequiredService<Database<MemberDbContext>>();

    public static async Task<MemberHost> StartAsync(
        StoreKind store, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null,
        Action<WebApplicationBuilder>? add = null)
    {
        var database = store == StoreKind.Postgres ? await TestDatabase.CreateAsync("members") : null;
        return await StartAsync(database, new TestTokens(time), settings, time, add);
    }

    public static async Task<MemberHost> StartAsync(
        TestDatabase? database, TestTokens tokens, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null,
        Action<WebApplicationBuilder>? add = null)
    {
        var started = await TestHost.StartAsync(
            "members",
            builder =>
            {
                builder.AddStore<MemberDbContext>();
                add?.Invoke(builder);
            },
            app => app.MapGrpcService<MemberEndpoint>(), tokens, database, settings, time);
        return new MemberHost(started, tokens, database);
    }

    public JoinRequest JoinRequest(string name, string fault = "") => new()
    {
        RequestId = Guid.NewGuid().ToString(), Name = name, Age = 30, Fault = fault,
    };

    public async Task<Guid> JoinAsync(string name) =>
        Guid.Parse((await Client.JoinAsync(JoinRequest(name), Operator)).MemberId);

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        Tokens.Dispose();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
    }
}
