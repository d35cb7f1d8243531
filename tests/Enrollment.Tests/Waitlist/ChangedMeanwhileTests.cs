using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Placement;
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

    // Whoever declines has looked which entries the person has when the person joins with another referral.
    [Fact]
    public async Task Who_joins_while_an_offer_is_declined_is_offered_another_that_is_open()
    {
        var (_, here) = await World.OpenProgramAsync(licensed: 1);
        var (_, there) = await World.OpenProgramAsync(licensed: 1);
        var first = await World.ReferEligibleAsync();
        var offer = Guid.Parse((await World.OfferAsync(first.Id, here)).Offer.Id);
        var entry = await JoinWhileAsync(await World.ReferAgainAsync(first.PersonId), there, async (db, ct) =>
        {
            // As the call does before it frees the place.
            var held = (await db.LockedAsync<Offer>(offer, ct))!;
            held.Decline(db.Clock, "too far").ShouldBeTrue();
            await Host.Services.GetRequiredService<WaitlistReturns>().ReturnAsync(db, held, "test", "too far", ct);
        });
        (await World.OfferedAsync(entry)).ProgramId.ShouldBe(there);
    }

    [Fact]
    public async Task Who_joins_while_a_discharge_is_recorded_is_offered_a_place_that_is_open()
    {
        var (_, here) = await World.OpenProgramAsync(licensed: 1);
        var (_, there) = await World.OpenProgramAsync(licensed: 1);
        var inCare = await World.AdmitNewPersonAsync(here);
        var today = DateOnly.ParseExact(World.Today(), "yyyy-MM-dd");
        var entry = await JoinWhileAsync(await World.ReferAgainAsync(inCare.PersonId), there, async (db, ct) =>
        {
            // As the call does before it frees the place.
            var episode = (await db.LockedAsync<Episode>(Guid.Parse(inCare.Id), ct))!;
            await db.LoadCourseAsync(episode, ct);
            episode.Discharge(today, Episodes.Disposition.Completed, "continues at home", today);
            await WaitlistReturns.ReconsiderPersonAsync(db, episode.PersonId, ct);
        });
        (await World.OfferedAsync(entry)).ProgramId.ShouldBe(there);
    }

    /// <summary>Joins after something happened that is not committed yet; the waitlist looks before it is.</summary>
    private async Task<V1.WaitlistEntry> JoinWhileAsync(
        V1.Referral referral, string program, Func<EnrollmentDbContext, CancellationToken, Task> happens)
    {
        Task<V1.JoinWaitlistResponse>? joining = null;
        await World.WriteAsync(async (db, ct) =>
        {
            await happens(db, ct);
            joining = await World.UntilItWaitsAsync(db, () => joining ?? World.JoinAsync(referral.Id, program).ResponseAsync, ct);
            await Host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);
            return true;
        });
        return (await joining!).Entry;
    }
}
