using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Waitlist;

/// <summary>A site or a program changes, and an open place suits somebody who waited beside it.</summary>
public sealed class SuitsNowTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_site_that_speaks_the_language_now_is_offered(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        var entry = await WaitsBesideAsync(world, site, new() { Language = "Spanish" });
        await world.ChangeAsync(await world.SiteAsync(site), new() { Languages = { "Spanish" } }, "languages");
        await world.OfferedAsync(entry);
    }

    [Fact]
    public async Task A_site_that_accepts_the_payer_now_is_offered()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        await world.ChangeAsync(await world.SiteAsync(site), new() { Payers = { new V1.AcceptedPayer { Kind = V1.PayerKind.Medicare } } }, "payers");
        var entry = await WaitsBesideAsync(world, site, new() { PayerKind = V1.PayerKind.Medicaid });
        await world.ChangeAsync(
            await world.SiteAsync(site),
            new() { Payers = { new V1.AcceptedPayer { Kind = V1.PayerKind.Medicaid } } },
            "payers");
        await world.OfferedAsync(entry);
    }

    [Fact]
    public async Task A_site_that_lies_in_the_region_now_is_offered()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        var region = await world.RegionAsync("Piedmont");
        var entry = (await world.Waitlist().JoinWaitlistAsync(
            new() { RequestId = World.NewId(), ReferralId = (await world.ReferEligibleAsync()).Id, RegionId = region.Id }, world.Operator)).Entry;
        await LookAsync(world);
        await world.ChangeAsync(await world.SiteAsync(site), new() { RegionId = region.Id }, "region_id");
        await world.OfferedAsync(entry);
    }

    [Fact]
    public async Task A_program_that_meets_in_the_evening_now_is_offered()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        await DescribeAsync(world, site, V1.Delivery.OnSite, V1.TimeOfDay.Morning);
        var entry = await WaitsBesideAsync(world, site, new() { TimesOfDay = { V1.TimeOfDay.Evening } });
        await DescribeAsync(world, site, V1.Delivery.OnSite, V1.TimeOfDay.Morning, V1.TimeOfDay.Evening);
        await world.OfferedAsync(entry);
    }

    [Fact]
    public async Task A_program_that_is_given_from_afar_now_is_offered_where_it_is_licensed()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        var entry = await WaitsBesideAsync(world, site, new() { Delivery = V1.Delivery.Virtual, State = "VA" });
        await DescribeAsync(world, site, V1.Delivery.Virtual);
        await world.OfferedAsync(entry);
    }

    [Fact]
    public async Task What_a_file_says_of_a_site_counts_as_what_a_person_says()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var row = $"{Guid.NewGuid():N},File House,SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT,1";
        await world.ImportCsvAsync($"{World.Columns}\n{row}\n");
        var site = (await world.Sites.ListSitesAsync(new(), world.Operator)).Sites.Single();
        var entry = await WaitsBesideAsync(world, site.Id, new() { Language = "Spanish" });
        (await world.ImportCsvAsync($"{World.Columns},languages\n{row},Spanish\n")).Changed.ShouldBe(1);
        await world.OfferedAsync(entry);
    }

    // More places are open in each of the others.
    [Fact]
    public async Task One_place_that_suits_is_found_among_hundreds_that_do_not()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var site = $"{Guid.NewGuid():N},Large House,SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48";
        var others = Enumerable.Range(1, 510).Select(i => $"{Guid.NewGuid():N},House {i},SA,{i} Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT,9,Valley");
        await world.ImportCsvAsync($"{World.Columns},region\n{string.Join('\n', others)}\n{site},IOP,EATING_DISORDER,ADULT,1,Valley\n");
        var region = (await world.Regions().ListRegionsAsync(new(), world.Operator)).Regions.Single();
        await LookAsync(world);
        var entry = (await world.Waitlist().JoinWaitlistAsync(
            new()
            {
                RequestId = World.NewId(),
                ReferralId = (await world.ReferEligibleAsync()).Id,
                RegionId = region.Id,
                Criteria = new() { Track = V1.Track.EatingDisorder },
            },
            world.Operator)).Entry;
        await world.OfferedAsync(entry);
    }

    /// <summary>Somebody who waits for a site whose open place does not suit, and was held against it.</summary>
    private static async Task<V1.WaitlistEntry> WaitsBesideAsync(World world, string site, V1.WaitlistCriteria criteria)
    {
        var entry = await world.JoinNewPersonAnywhereAsync([site], criteria);
        await LookAsync(world);
        (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Waiting);
        return entry;
    }

    private static Task LookAsync(World world) => world.Host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);

    private static async Task DescribeAsync(World world, string site, V1.Delivery delivery, params V1.TimeOfDay[] times)
    {
        var program = await world.ProgramAsync(site);
        var request = new SetProgramDetailsRequest
        {
            RequestId = World.NewId(), ProgramId = program.Id, Etag = program.Etag, Name = program.Name, Level = program.Level, Delivery = delivery, TimesOfDay = { times },
        };
        if (delivery == V1.Delivery.Virtual)
            request.VirtualStates.Add("VA");
        await world.Sites.SetProgramDetailsAsync(request, world.Operator);
    }
}
