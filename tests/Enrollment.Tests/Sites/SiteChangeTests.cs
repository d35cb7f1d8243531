using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites;

/// <summary>Sites, regions and programs: opened, changed, closed.</summary>
public sealed class SiteChangeTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_site_is_opened_with_all_that_is_said_of_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var region = await world.RegionAsync("Piedmont");
        var details = SitesWorld.Details();
        details.Phone = "434-555-0101";
        details.Npi = "1234567893";
        details.TaxId = "123456789";
        details.Taxonomy = "261QR0405X";
        details.ExternalId = "a-1";
        details.RegionId = region.Id;
        details.Languages.Add("Spanish");
        details.SpecialPrograms.Add("Veterans");
        details.Payers.Add(new V1.AcceptedPayer { Kind = V1.PayerKind.Medicaid });
        details.Payers.Add(new V1.AcceptedPayer { Kind = V1.PayerKind.Commercial, Code = "60054" });
        var site = await world.SiteAsync((await world.CreateAsync(details)).Id);
        (site.Name, site.TimeZone, site.Npi, site.RegionId, site.ExternalId).ShouldBe(
            ("Cedar House", "America/New_York", "1234567893", region.Id, "a-1"));
        site.Payers.ShouldBe(details.Payers);
        (site.Languages.Single(), site.SpecialPrograms.Single()).ShouldBe(("Spanish", "Veterans"));
        (await World.FailureAsync(Again(details), StatusCode.AlreadyExists)).ShouldBe("SITE_EXISTS");
        details.ExternalId = "";
        (await World.FailureAsync(Again(details), StatusCode.AlreadyExists)).ShouldBe("SITE_EXISTS");
        details.ExternalId = "a-2";
        await Again(details);

        AsyncUnaryCall<CreateSiteResponse> Again(V1.SiteDetails again) =>
            world.Sites.CreateSiteAsync(new() { RequestId = World.NewId(), Details = again }, world.Operator);
    }

    [Fact]
    public async Task A_repeated_request_opens_one_site_and_closes_it_once()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var create = new CreateSiteRequest { RequestId = World.NewId(), Details = SitesWorld.Details() };
        var sites = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await world.Sites.CreateSiteAsync(create, world.Operator)).Site));
        sites.Distinct().ShouldHaveSingleItem();
        var close = new CloseSiteRequest
        {
            RequestId = World.NewId(), SiteId = sites[0].Id, Etag = sites[0].Etag, ClosedOn = World.Today(2), Reason = "lease ends",
        };
        var first = await world.Sites.CloseSiteAsync(close, world.Operator);
        (await world.Sites.CloseSiteAsync(close, world.Operator)).ShouldBe(first);
        close.Reason = "another";
        (await World.FailureAsync(world.Sites.CloseSiteAsync(close, world.Operator), StatusCode.AlreadyExists)).ShouldBe("REQUEST_ID_REUSED");
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_site_is_said_by_its_fields()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Sites.CreateSiteAsync(
            new()
            {
                RequestId = World.NewId(),
                Details = new V1.SiteDetails
                {
                    Npi = "1", Latitude = 99, TimeZone = "Mars/Olympus", Payers = { new V1.AcceptedPayer { Code = "a b" } },
                    Address = new Address { State = "ZZ" },
                },
            },
            world.Operator));
        error.ToDomainError()!.Fields.Select(f => f.Field).ShouldBe(
        [
            "details.name", "details.facility_type", "details.address.street", "details.address.city", "details.address.state",
            "details.address.zip", "details.longitude", "details.latitude", "details.time_zone", "details.npi",
            "details.payers[0].code", "details.payers[0].kind",
        ],
        ignoreOrder: true);
    }

    [Theory]
    [InlineData("OH", "43215", "America/New_York")]
    [InlineData("NM", "87102", "America/Denver")]
    [InlineData("AZ", "85004", "America/Phoenix")]
    public async Task Without_a_position_a_site_lies_where_its_zip_does_and_keeps_the_time_of_its_state(string state, string zip, string zone)
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var site = await world.CreateAsync(WithoutPosition(state, zip));
        site.TimeZone.ShouldBe(zone);
        UsPlaces.TimeZoneAt(state, new GeoPoint(site.Latitude, site.Longitude)).ShouldBe(zone);
    }

    [Fact]
    public async Task Without_a_position_in_a_state_of_two_time_zones_the_zone_must_be_said()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var details = WithoutPosition("TN", "37402");
        var error = await Should.ThrowAsync<RpcException>(() => world.CreateAsync(details));
        error.ToDomainError()!.Fields.ShouldBe(
            [new FieldViolation("details.time_zone", "is required without a position: TN keeps more than one time zone")]);
        details.TimeZone = "America/New_York";
        (await world.CreateAsync(details)).TimeZone.ShouldBe("America/New_York");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_change_touches_what_the_mask_names_and_nothing_else(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var details = SitesWorld.Details();
        details.Phone = "434-555-0101";
        var site = await world.CreateAsync(details);
        var changed = (await world.ChangeAsync(
            site, new V1.SiteDetails { Name = "Birch House", Languages = { "German" }, Phone = "ignored" }, "name", "languages")).Site;
        (changed.Name, changed.Languages.Single(), changed.Phone).ShouldBe(("Birch House", "German", "434-555-0101"));
        changed.Etag.ShouldNotBe(site.Etag);
        (await World.FailureAsync(world.ChangeAsync(site, new V1.SiteDetails(), "phone"), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        (await world.ChangeAsync(changed, new V1.SiteDetails(), "phone")).Site.Phone.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_move_takes_the_time_zone_along_unless_somebody_said_one()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var site = await world.CreateAsync();
        var moved = (await world.ChangeAsync(site, Reno(), "address", "latitude", "longitude")).Site;
        moved.TimeZone.ShouldBe("America/Los_Angeles");
        var said = (await world.ChangeAsync(moved, new V1.SiteDetails { TimeZone = "America/Denver" }, "time_zone")).Site;
        said.TimeZone.ShouldBe("America/Denver");
        var nine = new V1.SiteDetails { Address = new Address { Street = "1 Main Street", City = "Reno", State = "NV", Zip = "895011234" } };
        said = (await world.ChangeAsync(said, nine, "address")).Site;
        (said.Latitude, said.Address.Zip).ShouldBe((39.53, "895011234"), "four more digits are no move");
        var back = (await world.ChangeAsync(said, SitesWorld.Details(), "address", "latitude", "longitude")).Site;
        back.TimeZone.ShouldBe("America/Denver");
        (await world.ChangeAsync(back, new V1.SiteDetails(), "time_zone")).Site.TimeZone.ShouldBe("America/New_York");
    }

    [Fact]
    public async Task A_position_in_another_state_an_unknown_field_and_an_empty_change_are_refused()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var site = await world.CreateAsync();
        await RefusedAsync("details.latitude", Reno(), "latitude", "longitude");
        await RefusedAsync("update_mask", new V1.SiteDetails(), "colour");
        await RefusedAsync("update_mask", new V1.SiteDetails());
        await RefusedAsync("details.name", new V1.SiteDetails(), "name");

        async Task RefusedAsync(string field, V1.SiteDetails details, params string[] mask)
        {
            var error = await Should.ThrowAsync<RpcException>(async () => await world.ChangeAsync(site, details, mask));
            error.ToDomainError()!.Fields.ShouldHaveSingleItem().Field.ShouldBe(field);
        }
    }

    [Fact]
    public async Task A_site_admin_changes_the_own_site_but_not_its_region()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (own, other) = (await world.CreateAsync(), await world.CreateAsync(SitesWorld.Details("Birch House")));
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(own.Id));
        var change = new UpdateSiteRequest
        {
            RequestId = World.NewId(), SiteId = own.Id, Etag = own.Etag, Details = new V1.SiteDetails { Phone = "1" }, UpdateMask = new() { Paths = { "phone" } },
        };
        (await world.Sites.UpdateSiteAsync(change, admin)).Site.Phone.ShouldBe("1");
        change.SiteId = other.Id;
        change.RequestId = World.NewId();
        await World.FailureAsync(world.Sites.UpdateSiteAsync(change, admin), StatusCode.NotFound);
        change.UpdateMask.Paths.Add("region_id");
        await World.FailureAsync(world.Sites.UpdateSiteAsync(change, admin), StatusCode.InvalidArgument);
        await World.FailureAsync(
            world.Sites.CreateSiteAsync(new() { RequestId = World.NewId(), Details = SitesWorld.Details("Elm House") }, admin), StatusCode.PermissionDenied);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Regions_have_names_of_their_own_and_close_when_no_site_is_left(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (north, south) = (await world.RegionAsync("North"), await world.RegionAsync("South"));
        var rename = new RenameRegionRequest { RequestId = World.NewId(), RegionId = south.Id, Etag = south.Etag, Name = "North" };
        (await World.FailureAsync(world.Regions().RenameRegionAsync(rename, world.Operator), StatusCode.AlreadyExists)).ShouldBe("REGION_EXISTS");
        rename.Name = "East";
        (await world.Regions().RenameRegionAsync(rename, world.Operator)).Region.Name.ShouldBe("East");
        var site = await world.CreateAsync();
        site = (await world.ChangeAsync(site, new V1.SiteDetails { RegionId = north.Id }, "region_id")).Site;
        var regions = (await world.Regions().ListRegionsAsync(new(), world.Operator)).Regions;
        regions.Select(r => (r.Name, r.Sites)).ShouldBe([("East", 0), ("North", 1)]);
        (await world.Sites.ListSitesAsync(new() { RegionId = north.Id }, world.Operator)).Sites.Single().Id.ShouldBe(site.Id);
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(site.Id));
        (await world.Regions().ListRegionsAsync(new(), admin)).Regions.Select(r => r.Name).ShouldBe(["North"]);
        var close = new CloseRegionRequest { RequestId = World.NewId(), RegionId = north.Id, Etag = regions[1].Etag };
        (await World.FailureAsync(world.Regions().CloseRegionAsync(close, world.Operator), StatusCode.FailedPrecondition)).ShouldBe("REGION_HAS_SITES");
        await world.ChangeAsync(site, new V1.SiteDetails(), "region_id");
        close.RequestId = World.NewId();
        await world.Regions().CloseRegionAsync(close, world.Operator);
        (await world.Regions().ListRegionsAsync(new(), world.Operator)).Regions.Count.ShouldBe(1);
        (await World.FailureAsync(world.ChangeAsync(
            await world.SiteAsync(site.Id), new V1.SiteDetails { RegionId = north.Id }, "region_id"), StatusCode.NotFound)).ShouldBe("NOT_FOUND");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_region_is_not_closed_while_somebody_waits_for_a_place_in_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var region = await world.RegionAsync("North");
        var join = new JoinWaitlistRequest { RequestId = World.NewId(), ReferralId = (await world.ReferEligibleAsync()).Id, RegionId = region.Id };
        var entry = (await world.Waitlist().JoinWaitlistAsync(join, world.Operator)).Entry;
        (await World.FailureAsync(CloseAsync(), StatusCode.FailedPrecondition)).ShouldBe("REGION_HAS_WAITLIST");
        await world.LeaveAsync(entry.Id);
        await CloseAsync();

        AsyncUnaryCall<CloseRegionResponse> CloseAsync() => world.Regions().CloseRegionAsync(
            new() { RequestId = World.NewId(), RegionId = region.Id, Etag = region.Etag }, world.Operator);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_site_is_known_however_its_name_is_spelled(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await world.CreateAsync();
        await World.FailureAsync(
            world.Sites.CreateSiteAsync(new() { RequestId = World.NewId(), Details = SitesWorld.Details("CEDAR-HOUSE") }, world.Operator),
            StatusCode.AlreadyExists);
    }

    [Fact]
    public async Task What_a_site_is_known_by_is_checked_to_its_end()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var details = SitesWorld.Details();
        details.Taxonomy = "261QR0405X\n";
        details.TimeZone = "UTC-05:00";
        details.ExternalId = " ";
        var error = await Should.ThrowAsync<RpcException>(async () =>
            await world.Sites.CreateSiteAsync(new() { RequestId = World.NewId(), Details = details }, world.Operator));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(v => v.Field)
            .ShouldBe(["details.time_zone", "details.taxonomy", "details.external_id"]);
    }

    [Fact]
    public async Task A_network_has_a_name_and_counts_its_sites()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var network = (await world.Networks().GetNetworkAsync(new(), world.Operator)).Network;
        (network.Id, network.DisplayName, network.OpenSites).ShouldBe((world.Network.ToString(), "", 0));
        await world.CloseAsync(await world.CreateAsync(), World.Today(3));
        await world.RegionAsync("North");
        var named = (await world.Networks().UpdateNetworkAsync(
            new() { RequestId = World.NewId(), Etag = network.Etag, DisplayName = "Example Network" }, world.Operator)).Network;
        (named.DisplayName, named.OpenSites, named.ClosedSites, named.Regions).ShouldBe(("Example Network", 1, 0, 1));
        (await World.FailureAsync(
            world.Networks().UpdateNetworkAsync(
                new() { RequestId = World.NewId(), Etag = network.Etag, DisplayName = "Late" }, world.Operator),
            StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_program_says_how_when_and_where_it_is_given(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var site = await world.CreateAsync();
        var create = new CreateProgramRequest
        {
            RequestId = World.NewId(), SiteId = site.Id, Name = "Evenings from afar", Track = V1.Track.SubstanceUse, AgeGroup = V1.AgeGroup.Adult,
            Licensed = 12, Delivery = V1.Delivery.Virtual, Weekdays = { MeetingDay.Friday, MeetingDay.Monday }, TimesOfDay = { TimeOfDay.Evening },
        };
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Sites.CreateProgramAsync(create, world.Operator));
        error.ToDomainError()!.Fields.ShouldHaveSingleItem().Field.ShouldBe("virtual_states");
        create.VirtualStates.Add(["wv", "VA"]);
        var program = (await world.Sites.CreateProgramAsync(create, world.Operator)).Program;
        (program.Level, program.Delivery).ShouldBe((ProgramLevel.IntensiveOutpatient, V1.Delivery.Virtual));
        program.Weekdays.ShouldBe([MeetingDay.Monday, MeetingDay.Friday]);
        program.VirtualStates.ShouldBe(["VA", "WV"]);
        var set = new SetProgramDetailsRequest
        {
            RequestId = World.NewId(), ProgramId = program.Id, Etag = program.Etag, Name = "Day program",
            Level = ProgramLevel.PartialHospitalization, Delivery = V1.Delivery.OnSite, TimesOfDay = { TimeOfDay.Morning, TimeOfDay.Afternoon },
        };
        var changed = (await world.Sites.SetProgramDetailsAsync(set, world.Operator)).Program;
        (await world.ProgramAsync(site.Id)).ShouldBe(changed);
        (changed.Name, changed.Level, changed.Delivery, changed.Licensed).ShouldBe(
            ("Day program", ProgramLevel.PartialHospitalization, V1.Delivery.OnSite, 12));
        (changed.VirtualStates.Count, changed.Weekdays.Count).ShouldBe((0, 0));
        set.RequestId = World.NewId();
        (await World.FailureAsync(world.Sites.SetProgramDetailsAsync(set, world.Operator), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
    }

    private static V1.SiteDetails WithoutPosition(string state, string zip)
    {
        var details = SitesWorld.Details();
        details.ClearLatitude();
        details.ClearLongitude();
        (details.Address.State, details.Address.Zip) = (state, zip);
        return details;
    }

    private static V1.SiteDetails Reno() => new()
    {
        Address = new Address { Street = "1 Main Street", City = "Reno", State = "NV", Zip = "89501" }, Latitude = 39.53, Longitude = -119.81,
    };
}
