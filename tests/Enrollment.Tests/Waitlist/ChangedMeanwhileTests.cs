using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites;
using Platform.Support;

namespace Platform.Enrollment.Waitlist;

/// <summary>Something changes while the waitlist is just being asked.</summary>
public sealed class ChangedMeanwhileTests() : OwnDatabaseTests("meanwhile")
{
    // The site changes, and waits for the places to note it; the waitlist is asked, and waits behind it.
    [Fact]
    public async Task Whom_a_site_suits_that_changed_while_the_waitlist_was_asked_is_offered_its_place()
    {
        var (site, program) = await World.OpenProgramAsync(licensed: 1);
        var entry = await World.JoinNewPersonAnywhereAsync([site], new() { Language = "Spanish" });
        await Host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);
        (await World.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Waiting);
        var current = await World.SiteAsync(site);
        Task? changing = null;
        Task<WaitlistAnswer>? asking = null;
        await World.WriteAsync(async (db, ct) =>
        {
            await CapacityLedger.LockAsync(db, Guid.Parse(program), ct);
            changing = await World.UntilItWaitsAsync(db, () => World.ChangeAsync(current, new() { Languages = { "Spanish" } }, "languages").ResponseAsync, ct);
            asking = await World.UntilItWaitsAsync(db, () => World.WriteAsync((other, token) =>
                Host.Services.GetRequiredService<WaitlistOffers>().OfferNextAsync(other, Guid.Parse(program), token)), ct);
            return true;
        });
        await changing!;
        await asking!;
        await World.OfferedAsync(entry);
    }
}
