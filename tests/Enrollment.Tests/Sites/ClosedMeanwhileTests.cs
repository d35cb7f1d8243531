using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Regions;
using Platform.Enrollment.Waitlist;
using Platform.Support;

namespace Platform.Enrollment.Sites;

/// <summary>A program or a site is closed while somebody else changes it, and stays closed.</summary>
public sealed class ClosedMeanwhileTests() : OwnDatabaseTests("closedmeanwhile")
{
    private CapacityLedger Ledger => Host.Services.GetRequiredService<CapacityLedger>();

    // The number is read to be scheduled while the program is open, and kept after it was closed.
    [Fact]
    public async Task A_program_that_is_closed_while_a_number_of_places_is_scheduled_takes_nobody()
    {
        var (_, program) = await World.OpenProgramAsync(licensed: 1);
        var referral = await World.ReferEligibleAsync();
        var id = Guid.Parse(program);
        Task? scheduling = null;
        await World.WriteAsync(async (db, ct) =>
        {
            await CapacityLedger.LockAsync(db, id, ct);
            scheduling = await World.UntilItWaitsAsync(db, () => World.ScheduleAsync(program, World.Today(2), 5).ResponseAsync, ct);
            (await db.Programs.SingleAsync(p => p.Id == id, ct)).Close(DateOnly.ParseExact(World.Today(), "yyyy-MM-dd"));
            await Ledger.KeepTimesAsync(db, id, ct);
            return true;
        });
        await scheduling!;
        (await Journey.JourneyTests.CodeAsync(World.OfferAsync(referral.Id, program))).ShouldBe("PROGRAM_CLOSED");
    }

    [Fact]
    public async Task A_region_that_is_closed_while_somebody_joins_its_line_is_waited_for_by_nobody()
    {
        var region = Guid.Parse((await World.RegionAsync("North")).Id);
        var referral = await World.ReferEligibleAsync();
        Task<V1.JoinWaitlistResponse>? joining = null;
        await World.WriteAsync(async (db, ct) =>
        {
            var closing = (await db.LockedAsync<Region>(region, ct))!;
            joining = await World.UntilItWaitsAsync(db, () => World.Waitlist().JoinWaitlistAsync(
                new() { RequestId = World.NewId(), ReferralId = referral.Id, RegionId = region.ToString() }, World.Operator, cancellationToken: ct).ResponseAsync, ct);
            db.Regions.Remove(closing);
            return true;
        });
        (await Should.ThrowAsync<RpcException>(() => joining!)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_region_that_is_closed_while_a_site_is_opened_in_it_is_not_found()
    {
        var region = Guid.Parse((await World.RegionAsync("North")).Id);
        var details = SitesWorld.Details();
        details.RegionId = region.ToString();
        Task<V1.Site>? opening = null;
        await World.WriteAsync(async (db, ct) =>
        {
            var closing = (await db.LockedAsync<Region>(region, ct))!;
            opening = await World.UntilItWaitsAsync(db, () => World.CreateAsync(details), ct);
            db.Regions.Remove(closing);
            return true;
        });
        (await Should.ThrowAsync<RpcException>(() => opening!)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    // The file opens a program at a site that was open when its rows were compared with what is known.
    [Fact]
    public async Task A_program_that_a_file_opens_while_its_site_is_closed_takes_nobody()
    {
        var row = $"{Guid.NewGuid():N},File House,SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48";
        await World.ImportCsvAsync($"{World.Columns}\n{row},Morning,SUBSTANCE_USE,ADULT,3\n");
        var site = (await World.Sites.ListSitesAsync(new(), World.Operator)).Sites.Single();
        var referral = await World.ReferEligibleAsync();
        Task? importing = null;
        await World.WriteAsync(async (db, ct) =>
        {
            var closing = (await db.LockedAsync<Site>(Guid.Parse(site.Id), ct))!;
            importing = await World.UntilItWaitsAsync(db, () => World.ImportCsvAsync($"{World.Columns}\n{row},Evening,SUBSTANCE_USE,ADULT,3\n"), ct);
            closing.Close(DateOnly.ParseExact(World.Today(), "yyyy-MM-dd"), "lease ends");
            return true;
        });
        await importing!;
        var program = (await World.SiteAsync(site.Id)).Programs.Single(p => p.Name == "Evening").Id;
        (await Journey.JourneyTests.CodeAsync(World.OfferAsync(referral.Id, program))).ShouldBe("PROGRAM_CLOSED");
    }
}
