using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Enrollment.Placement;

/// <summary>The search as callers see it, on both stores, from the board and from the store.</summary>
public sealed class SearchPlacesTests(Hosts hosts)
{
    private const string Header =
        "external_id,name,type_facility,street,city,state,zip,phone,latitude,longitude,program,track,age_group,licensed,"
        + "payers,languages,delivery,weekdays,times_of_day,virtual_states";

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_best_place_comes_first_with_its_score_and_the_reasons(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await ImportAsync(
            world,
            "Near,VA,38.05,-78.48,10,MEDICAID,Spanish,ON_SITE,MONDAY;WEDNESDAY;FRIDAY,EVENING,",
            "Nearer,VA,38.04,-78.48,10,,,ON_SITE,,,",
            "Refusing,VA,38.04,-78.48,10,SELF_PAY,Spanish,ON_SITE,,,",
            "Afar,NM,35.10,-106.65,10,MEDICAID,Spanish,VIRTUAL,MONDAY;WEDNESDAY;FRIDAY,EVENING,VA",
            "Unlicensed,NM,35.10,-106.65,10,MEDICAID,Spanish,VIRTUAL,MONDAY,EVENING,NM");
        var request = new SearchPlacesRequest
        {
            Zip = "22903",
            Track = Track.SubstanceUse,
            Level = ProgramLevel.IntensiveOutpatient,
            PayerKind = PayerKind.Medicaid,
            Languages = { "spanish", "English" },
            Weekdays = { MeetingDay.Monday, MeetingDay.Wednesday, MeetingDay.Friday },
            TimesOfDay = { TimeOfDay.Evening },
            PersonState = "va",
        };
        foreach (var found in await BoardAndStoreAsync(world, request))
        {
            found.Origin.ShouldBe(SearchOrigin.Zip);
            found.Places.Select(p => p.SiteName).ShouldBe(["Afar", "Near", "Nearer"]);
            found.Places.Select(p => p.Score).ShouldBeInOrder(SortDirection.Descending);
            found.Places[0].Score.ShouldBe(100);
            found.Places[1].Reasons.Select(r => r.Text).ShouldContain("speaks spanish");
            found.Places[0].Reasons.ShouldContain(new PlaceReason { Kind = V1.PlaceReasonKind.Virtual, Text = "virtual, licensed in VA" });
            found.Places[2].Reasons.ShouldContain(
                new PlaceReason { Kind = V1.PlaceReasonKind.Payer, Text = "did not say whether it accepts the payer" });
        }

        request.DeliveryWish = V1.DeliveryWish.OnSite;
        request.Sort = PlaceSort.Distance;
        foreach (var found in await BoardAndStoreAsync(world, request))
            found.Places.Select(p => p.SiteName).ShouldBe(["Nearer", "Near"]);
        request.DeliveryWish = V1.DeliveryWish.Virtual;
        foreach (var found in await BoardAndStoreAsync(world, request))
            found.Places.Select(p => p.SiteName).ShouldBe(["Afar"]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Full_programs_are_found_when_they_are_asked_for_and_come_after_the_open_ones(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, full) = await world.OpenProgramAsync(licensed: 1);
        var (_, open) = await world.OpenProgramAsync(licensed: 1, latitude: 38.1);
        await world.AdmitNewPersonAsync(full);
        var request = new SearchPlacesRequest { Latitude = 38.03, Longitude = -78.48 };
        foreach (var found in await BoardAndStoreAsync(world, request))
            found.Places.Select(p => p.ProgramId).ShouldBe([open]);
        request.IncludeFull = true;
        request.Sort = PlaceSort.Wait;
        foreach (var found in await BoardAndStoreAsync(world, request))
        {
            found.Places.Select(p => (p.ProgramId, p.Open)).ShouldBe([(open, 1), (full, 0)]);
            found.Places[0].EstimatedWaitDays.ShouldBe(0);
            found.Places[1].HasEstimatedWaitDays.ShouldBeFalse("nobody left it yet");
            found.Places[1].Reasons.ShouldContain(new PlaceReason { Kind = V1.PlaceReasonKind.Wait, Text = "full, the wait is not known" });
        }
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_a_full_program_the_wait_is_told_for_who_joins_the_end_of_its_line(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        await world.DischargeAsync(await world.AdmitNewPersonAsync(program));
        await world.AdmitNewPersonAsync(program);
        await Waitlist.WaitlistWorld.JoinNewPersonAsync(world, program);
        foreach (var found in await BoardAndStoreAsync(world, new() { Latitude = 38.03, Longitude = -78.48, IncludeFull = true }))
        {
            var place = found.Places.ShouldHaveSingleItem();
            (place.Open, place.EstimatedWaitDays).ShouldBe((0, 56), "one place in 28 days, and one who waits before");
            place.Reasons.ShouldContain(new PlaceReason { Kind = V1.PlaceReasonKind.Wait, Text = "full, about 56 days until a place" });
        }
    }

    [Fact]
    public async Task Of_a_region_only_its_sites_are_found()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        await world.ImportCsvAsync(
            $"{World.Columns},region\n{Row("In")},Valley\n{Row("Beside")},Coast\n{Row("Out")},\n");
        var region = (await Sites.SitesWorld.Regions(world).ListRegionsAsync(new(), world.Operator)).Regions.Single(r => r.Name == "Valley");
        foreach (var found in await BoardAndStoreAsync(world, new() { Latitude = 38.03, Longitude = -78.48, RegionId = region.Id }))
            found.Places.Select(p => p.SiteName).ShouldBe(["In"]);

        static string Row(string name) =>
            $"{Guid.NewGuid():N},{name},SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT,1";
    }

    [Fact]
    public async Task A_zip_code_without_an_area_is_searched_from_its_neighbours_and_that_is_told()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await ImportAsync(world, "Capital,DC,38.91,-77.02,5,,,ON_SITE,,,");
        var found = await world.Placement.SearchPlacesAsync(new() { Zip = "20500" }, world.Operator);
        found.Origin.ShouldBe(SearchOrigin.ZipPrefix);
        found.Places.ShouldHaveSingleItem().SiteName.ShouldBe("Capital");
    }

    [Fact]
    public async Task Who_is_limited_to_sites_finds_these_and_no_others()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        await world.OpenProgramAsync(licensed: 1);
        var headers = world.Tokens.Clinician(world.Network, Guid.Parse(site));
        foreach (var found in await BoardAndStoreAsync(world, new() { Latitude = 38.03, Longitude = -78.48 }, headers))
            found.Places.Select(p => p.ProgramId).ShouldBe([program]);
    }

    [Fact]
    public async Task What_is_wrong_with_a_search_is_said_field_by_field_and_where_the_person_lives_is_not_repeated()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        (await FieldsAsync(new())).ShouldBe(["zip"]);
        (await FieldsAsync(new() { Zip = "22903", Latitude = 38 })).ShouldBe(["zip"]);
        (await FieldsAsync(new() { Zip = "2290" })).ShouldBe(["zip"]);
        (await FieldsAsync(new() { Zip = "00001" })).ShouldBe(["zip"]);
        (await FieldsAsync(new() { Latitude = 86, Longitude = double.NaN })).ShouldBe(["latitude", "longitude"]);
        (await FieldsAsync(new() { Zip = "22903", DeliveryWish = V1.DeliveryWish.Virtual })).ShouldBe(["person_state"]);
        (await FieldsAsync(new()
        {
            Zip = "22903",
            RadiusMiles = 501,
            Limit = 101,
            Track = (Track)9,
            Level = (ProgramLevel)9,
            Languages = { "" },
            PayerCode = "a b",
            Weekdays = { MeetingDay.Unspecified },
            TimesOfDay = { (TimeOfDay)9 },
            PersonState = "XX",
            Sort = (PlaceSort)9,
            RegionId = "north",
        })).ShouldBe(
        [
            "radius_miles", "limit", "track", "level", "languages[0]", "payer_code", "weekdays[0]", "times_of_day[0]", "person_state", "sort", "region_id",
        ], ignoreOrder: true);

        async Task<IEnumerable<string>> FieldsAsync(SearchPlacesRequest request)
        {
            var error = await Should.ThrowAsync<RpcException>(async () => await world.Placement.SearchPlacesAsync(request, world.Operator));
            error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
            error.Status.Detail.ShouldNotContain("2290");
            return error.ToDomainError()!.Fields.Select(field => field.Field);
        }
    }

    /// <summary>The answer from the store, and the same from the board once it is loaded.</summary>
    private static async Task<IReadOnlyList<SearchPlacesResponse>> BoardAndStoreAsync(
        World world, SearchPlacesRequest request, Metadata? headers = null)
    {
        var services = world.Host.Services;
        await Eventually.TrueAsync(
            () => services.GetRequiredService<CapacityBoards>().Current(world.Network) is not null, "the board to be loaded");
        var fromBoard = await world.Placement.SearchPlacesAsync(request, headers ?? world.Operator);

        // Boards that nobody keeps up are never relied on.
        using var noBoards = ActivatorUtilities.CreateInstance<CapacityBoards>(services);
        using var search = ActivatorUtilities.CreateInstance<PlaceSearch>(services, noBoards);
        var caller = new Shared.Security.Caller(
            "test", Shared.Security.CallerRole.Operator, world.Network, headers is null ? null : fromBoard.Places.Select(p => Guid.Parse(p.SiteId)).ToHashSet(), null);
        var (criteria, origin) = PlaceRequests.Parse(request, caller);
        return [fromBoard, (await search.FindAsync(world.Network, criteria, default)).ToMessage(criteria, origin)];
    }

    private static async Task ImportAsync(World world, params string[] sites)
    {
        var rows = sites.Select(site => site.Split(',')).Select(f =>
            $"{Guid.NewGuid():N},{f[0]},SA,1 Test Street,Town,{f[1]},00000,,{f[2]},{f[3]},IOP,SUBSTANCE_USE,ADULT,{string.Join(',', f[4..])}");
        var report = await world.ImportCsvAsync($"{Header}\n{string.Join('\n', rows)}\n");
        report.Added.ShouldBe(sites.Length, report.ToString());
    }
}
