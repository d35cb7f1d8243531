using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites;
using Platform.Support;

namespace Platform.Enrollment.Waitlist;

/// <summary>Something changes while the waitlist is just being asked. A database of its own: it is seen who waits for whom.</summary>
public sealed class ChangedMeanwhileTests : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private TestDatabase database = null!;
    private TestHost host = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync("meanwhile");
        host = await Hosts.StartAsync(tokens, database);
        world = new World(host, tokens, database);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
        tokens.Dispose();
    }

    // The site changes, and waits for the places to note it; the waitlist is asked, and waits behind it.
    [Fact]
    public async Task Whom_a_site_suits_that_changed_while_the_waitlist_was_asked_is_offered_its_place()
    {
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var entry = await world.JoinNewPersonAnywhereAsync([site], new() { Language = "Spanish" });
        await host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);
        (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Waiting);
        var current = await world.SiteAsync(site);
        Task? changing = null;
        Task<WaitlistAnswer>? asking = null;
        await world.WriteAsync(async (db, ct) =>
        {
            await CapacityLedger.LockAsync(db, Guid.Parse(program), ct);
            changing = world.ChangeAsync(current, new() { Languages = { "Spanish" } }, "languages").ResponseAsync;
            await Eventually.TrueAsync(() => WaitAsync(1), "the site's change to wait for the places");
            asking = world.WriteAsync((other, token) =>
                host.Services.GetRequiredService<WaitlistOffers>().OfferNextAsync(other, Guid.Parse(program), token));
            await Eventually.TrueAsync(() => WaitAsync(2), "the waitlist to wait behind it");
            return true;
        });
        await changing!;
        await asking!;
        await world.OfferedAsync(entry);
    }

    /// <summary>Whether so many transactions wait for another.</summary>
    private Task<bool> WaitAsync(int count) => world.ReadAsync((db, ct) => db.Database
        .SqlQuery<bool>(
            $"SELECT count(*) >= {count} AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        .SingleAsync(ct));
}
