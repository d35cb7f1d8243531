using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Enrollment.Waitlist;
using Platform.Support;

namespace Platform.Enrollment.Sites;

/// <summary>Sites and programs that close, and open again.</summary>
public sealed class ClosingTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_closed_site_takes_nobody_new_and_says_who_is_still_there(Store store)
    {
        await using var clocked = await ClockedHost.StartAsync(store);
        var world = clocked.World;
        var (siteId, programId) = await world.OpenProgramAsync(5);
        var episode = await world.AdmitNewPersonAsync(programId);
        var closed = await world.CloseAsync(await world.SiteAsync(siteId), World.Today(1));
        (closed.Closing.OpenEpisodes, closed.Closing.HeldOffers, closed.Closing.Finished).ShouldBe((1, 0, false));
        closed.Closing.Remaining.ShouldHaveSingleItem().EpisodeId.ShouldBe(episode.Id);
        var held = new OfferPlaceRequest
        {
            RequestId = World.NewId(), ReferralId = (await world.ReferEligibleAsync()).Id, ProgramId = programId, Minutes = 3 * 24 * 60,
        };
        await world.Placement.OfferPlaceAsync(held, world.Operator);
        var late = await world.ReferEligibleAsync();

        clocked.Time.GoTo(1);
        (await World.FailureAsync(world.OfferAsync(late.Id, programId), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_CLOSED");
        await Eventually.PassesAsync(async () => (await world.SearchAsync()).ShouldBeEmpty(), "search to leave it out");
        (await ClosingAsync()).HeldOffers.ShouldBe(1);
        await world.DischargeAsync(episode);
        (await ClosingAsync()).ShouldSatisfyAllConditions(
            closing => closing.OpenEpisodes.ShouldBe(0), closing => closing.Finished.ShouldBeFalse("an offer may still be used"));

        var site = await world.SiteAsync(siteId);
        (site.ClosedOn, site.ClosingReason).ShouldBe((World.Today(1), "lease ends"));
        (await World.FailureAsync(
            world.Sites.CreateProgramAsync(
                new()
                {
                    RequestId = World.NewId(), SiteId = siteId, Name = "New", Track = V1.Track.SubstanceUse, AgeGroup = V1.AgeGroup.Adult, Licensed = 1,
                },
                world.Operator),
            StatusCode.FailedPrecondition)).ShouldBe("SITE_CLOSED");
        var open = await world.Sites.ReopenSiteAsync(new() { RequestId = World.NewId(), SiteId = siteId, Etag = site.Etag }, world.Operator);
        open.Site.ClosedOn.ShouldBeEmpty();
        await world.OfferAsync(late.Id, programId);
        (await World.FailureAsync(
            world.Sites.GetSiteClosingAsync(new() { SiteId = siteId }, world.Operator), StatusCode.FailedPrecondition)).ShouldBe("SITE_OPEN");

        async Task<SiteClosing> ClosingAsync() =>
            (await world.Sites.GetSiteClosingAsync(new() { SiteId = siteId }, world.Operator)).Closing;
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_closing_says_how_many_wait_for_the_site_and_for_nothing_else(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 0);
        var (other, _) = await world.OpenProgramAsync(licensed: 0);
        await world.JoinNewPersonAsync(program);
        await world.JoinNewPersonAnywhereAsync([site]);
        await world.JoinNewPersonAnywhereAsync([site, other]);
        await world.JoinNewPersonAnywhereAsync([other]);
        (await world.CloseAsync(await world.SiteAsync(site), World.Today(1))).Closing.Waiting.ShouldBe(2);
    }

    [Fact]
    public async Task An_empty_site_is_closed_the_day_it_closes()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (siteId, programId) = await world.OpenProgramAsync(5);
        var site = await world.SiteAsync(siteId);
        await World.FailureAsync(world.CloseAsync(site, World.Today(-1)), StatusCode.InvalidArgument);
        (await world.CloseAsync(site, World.Today())).Closing.Finished.ShouldBeTrue();
        (await World.FailureAsync(
            world.OfferAsync((await world.ReferEligibleAsync()).Id, programId), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_CLOSED");
        var names = (await world.Sites.ListSitesAsync(new() { OpenOnly = true }, world.Operator)).Sites.Count;
        names.ShouldBeLessThanOrEqualTo(1, "it is shown at most until its day has begun everywhere");
        await World.FailureAsync(world.CloseAsync(site, World.Today()), StatusCode.Aborted);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_program_closes_alone_and_opens_again(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (siteId, programId) = await world.OpenProgramAsync(5);
        var program = await world.ProgramAsync(siteId);
        var closed = (await world.Sites.CloseProgramAsync(
            new() { RequestId = World.NewId(), ProgramId = programId, Etag = program.Etag, ClosedOn = World.Today() }, world.Operator)).Program;
        closed.ClosedOn.ShouldBe(World.Today());
        var referral = await world.ReferEligibleAsync();
        (await World.FailureAsync(world.OfferAsync(referral.Id, programId), StatusCode.FailedPrecondition)).ShouldBe("PROGRAM_CLOSED");
        await Eventually.PassesAsync(async () => (await world.SearchAsync()).ShouldBeEmpty(), "search to leave it out");
        await world.Sites.ReopenProgramAsync(new() { RequestId = World.NewId(), ProgramId = programId, Etag = closed.Etag }, world.Operator);
        await world.OfferAsync(referral.Id, programId);
        await Eventually.PassesAsync(async () => (await world.SearchAsync()).Count.ShouldBe(1), "search to show it again");
    }
}
