using System.Text;
using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites;

public sealed class ImportTests(Hosts hosts)
{
    private const string North = "n,North,SA,1 Main Street,Reno,NV,89501,775-555-0101,39.53,-119.81,Mornings,,,10";

    private const string MadeUp = "made-up";
    private const string MadeUpNetwork = "deploy/Local/network/sites.csv";
    private const string PublishedLocator = "shared/data/findtreatment-charlottesville.json";
    private const string PublishedCsv = "shared/data/facilities-west.csv";
    private const string MadeUpLocator =
        """
        {"page":1,"totalPages":1,"recordCount":3,"rows":[
        {"frid":"a1","name1":"Cedar House","name2":"","street1":"1 Main Street","city":"Charlottesville","state":"VA","zip":"22903","phone":"434-555-0101",
         "typeFacility":"SA","latitude":"38.0364","longitude":"-78.4888","services":[{"f1":"Service Settings","f2":"SET","f3":"Outpatient; Intensive outpatient treatment"}]},
        {"frid":"a2","name1":"Birch House","street1":"2 Main Street","city":"Charlottesville","state":"VA","zip":"22903","typeFacility":"SA",
         "latitude":"38.0365","longitude":"-78.4889","services":[{"f1":"Service Settings","f2":"SET","f3":"Outpatient; Regular outpatient treatment"}]},
        {"frid":"a3","name1":"Alder House","street1":"3 Main Street","city":"Charlottesville","state":"VA","zip":"22903","typeFacility":"MH",
         "latitude":"38.0366","longitude":"-78.4890","services":[]}]}
        """;

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Importing_twice_changes_nothing(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var csv = $"{World.Columns}\n{North}\n,South,MH,2 Main Street,Reno,NV,89501,,39.53,-119.81,,,,\n";
        var first = await world.ImportCsvAsync(csv);
        (first.Rows, first.Added, first.ProgramsAdded, first.RunningIop, first.Skipped).ShouldBe((2, 2, 1, 1, 0));
        var sites = await SitesAsync(world);
        var second = await world.ImportCsvAsync(csv);
        (second.Rows, second.Unchanged, second.Added + second.Changed + second.ProgramsAdded).ShouldBe((2, 2, 0));
        (await SitesAsync(world)).ShouldBe(sites);
        sites.ShouldAllBe(site => site.TimeZone == "America/Los_Angeles");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_changed_row_says_which_fields_changed(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await world.ImportCsvAsync($"{World.Columns}\n{North}\n");
        var report = await world.ImportCsvAsync(
            $"{World.Columns}\nn,North Star,SA,1 Main Street,Reno,NV,89501,775-555-0102,39.53,-119.81,Mornings,,,12\n");
        var row = report.Details.ShouldHaveSingleItem();
        (row.Outcome, report.Changed).ShouldBe((ImportOutcome.Changed, 1));
        row.Reasons.ShouldBe(["name", "phone", "licensed"]);
        var site = (await SitesAsync(world)).ShouldHaveSingleItem();
        (site.Name, site.Programs.Single().Licensed).ShouldBe(("North Star", 12));
    }

    [Fact]
    public async Task What_the_locator_does_not_say_of_a_facility_stays()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var file = Encoding.UTF8.GetBytes(MadeUpLocator);
        await world.ImportAsync(file, FacilityFileFormat.LocatorJson);
        var site = (await SitesAsync(world)).Single(s => s.ExternalId == "a1");
        var details = new V1.SiteDetails { Languages = { "Spanish" }, Payers = { new V1.AcceptedPayer { Kind = V1.PayerKind.Medicaid } } };
        await world.Sites.UpdateSiteAsync(
            new() { RequestId = World.NewId(), SiteId = site.Id, Etag = site.Etag, Details = details, UpdateMask = new() { Paths = { "languages", "payers" } } },
            world.Operator);
        (await world.ImportAsync(file, FacilityFileFormat.LocatorJson)).Report.Unchanged.ShouldBe(3);
        site = (await SitesAsync(world)).Single(s => s.ExternalId == "a1");
        (site.Languages.ShouldHaveSingleItem(), site.Payers.ShouldHaveSingleItem().Kind).ShouldBe(("Spanish", V1.PayerKind.Medicaid));
    }

    [Fact]
    public async Task What_a_file_does_not_say_stays()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.ImportCsvAsync($"{World.Columns}\n{North}\n");
        var site = (await SitesAsync(world)).Single();
        await world.Sites.UpdateSiteAsync(
            new() { RequestId = World.NewId(), SiteId = site.Id, Etag = site.Etag, Npi = "1234567893", TaxId = "123456789" }, world.Operator);
        var report = await world.ImportCsvAsync(
            "name,type_facility,street,city,state,zip,phone,latitude,longitude\nNorth,SA,1 Main Street,Reno,NV,89501,,39.53,-119.81\n");
        report.Unchanged.ShouldBe(1);
        (await SitesAsync(world)).Single().Npi.ShouldBe("1234567893");
    }

    [Fact]
    public async Task A_site_twice_in_a_file_is_taken_once_and_reported()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var report = await world.ImportCsvAsync($"{World.Columns}\n{North}\n{North}\n,NORTH,SA,1 Main Street,Reno,NV,89501,,39.53,-119.81,,,,\n");
        (report.Added, report.Skipped).ShouldBe((1, 2));
        report.Details.Select(row => row.Reasons.Single()).ShouldBe(["is the same facility as row 2", "is the same facility as row 2"]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_site_with_several_programs_has_a_row_for_each(Store store)
    {
        var world = await hosts.WorldAsync(store);
        string[] rows = [North, Named("Teens", "ADOLESCENT"), Named("Evening", "ADULT")];
        var file = $"{World.Columns}\n{string.Join('\n', rows)}\n";
        var report = await world.ImportCsvAsync(file);
        (report.Added, report.Changed, report.Skipped, report.ProgramsAdded).ShouldBe((1, 2, 0, 3));
        (await SitesAsync(world)).ShouldHaveSingleItem().Programs.Select(p => (p.Name, p.AgeGroup, p.Licensed)).ShouldBe(
            [("Evening", V1.AgeGroup.Adult, 7), ("Mornings", V1.AgeGroup.Adult, 10), ("Teens", V1.AgeGroup.Adolescent, 7)], ignoreOrder: true);
        (await world.ImportCsvAsync(file)).Unchanged.ShouldBe(3);

        report = await world.ImportCsvAsync($"{file}{rows[2]}\n{Named("Night", "ADULT").Replace("1 Main Street", "2 Main Street", StringComparison.Ordinal)}\n");
        report.Details.Select(row => row.Reasons.Single()).ShouldBe(
            ["is the same facility as row 2", "is the same facility as row 2, and says something else of it"]);

        static string Named(string program, string ageGroup)
        {
            var fields = North.Split(',');
            (fields[10], fields[12], fields[13]) = (program, ageGroup, "7");
            return string.Join(',', fields);
        }
    }

    [Fact]
    public async Task A_file_without_end_is_refused_before_it_fills_the_memory()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var many = Encoding.UTF8.GetBytes($"{World.Columns}\n{string.Concat(Enumerable.Repeat("x\n", 200_001))}");
        var unclosed = Encoding.UTF8.GetBytes($"{World.Columns}\n{North}\n\"{new string('x', 1_100_000)}");
        foreach (var (file, expected) in new[] { (many, "has more than 200000 rows"), (unclosed, "line 3 begins a record longer than") })
        {
            var error = await Should.ThrowAsync<RpcException>(() => world.ImportAsync(file, FacilityFileFormat.Csv));
            error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
            error.ToDomainError().ShouldNotBeNull().Fields.Single().Description.ShouldStartWith(expected);
        }
        (await SitesAsync(world)).ShouldBeEmpty();
    }

    // The ZIP lies in Maryland, and Virginia's bounds hold it too.
    [Fact]
    public async Task A_site_that_a_file_without_a_position_puts_into_another_state_lies_where_its_zip_does()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.ImportCsvAsync($"{World.Columns}\nx,Border,SA,1 Main Street,Bethesda,VA,20817,,36.8,-81.0,,,,\n");
        (await world.ImportCsvAsync($"{World.Columns}\nx,Border,SA,1 Main Street,Bethesda,MD,20817,,,,,,,\n")).Changed.ShouldBe(1);
        var site = (await SitesAsync(world)).Single();
        (site.Address.State, site.TimeZone).ShouldBe(("MD", "America/New_York"));
        site.Latitude.ShouldBe(39, tolerance: 0.1);
    }

    [Fact]
    public async Task Fewer_places_than_are_taken_skip_the_row()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.ImportCsvAsync($"{World.Columns}\n{North}\n");
        await world.OfferAsync((await world.ReferEligibleAsync()).Id, (await SitesAsync(world)).Single().Programs.Single().Id);
        var report = await world.ImportCsvAsync($"{World.Columns}\n{North[..^2]}0\n");
        report.Details.ShouldHaveSingleItem().Reasons.ShouldBe(["licensed: 1 places are taken or held"]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Validation_alone_writes_nothing(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var report = await world.ImportCsvAsync($"{World.Columns}\n{North}\n", validateOnly: true);
        (report.Added, report.ProgramsAdded).ShouldBe((1, 1));
        (await SitesAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeated_request_gets_the_first_report_and_another_file_under_its_id_is_refused()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var file = Encoding.UTF8.GetBytes($"{World.Columns}\n{North}\n");
        var id = World.NewId();
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            async _ => (await world.ImportAsync(file, FacilityFileFormat.Csv, requestId: id)).Report));
        reports.ShouldAllBe(report => report.Added == 1);
        (await SitesAsync(world)).ShouldHaveSingleItem();
        var error = await Should.ThrowAsync<RpcException>(
            () => world.ImportAsync([.. file, .. "\n,x"u8], FacilityFileFormat.Csv, requestId: id));
        error.StatusCode.ShouldBe(StatusCode.AlreadyExists);
    }

    [Fact]
    public async Task Two_imports_of_one_file_at_once_add_its_sites_once()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.ImportCsvAsync($"{World.Columns}\n{North}\n")));
        reports.Sum(report => report.Added).ShouldBe(1);
        reports.Sum(report => report.Unchanged).ShouldBe(2);
    }

    [Fact]
    public async Task A_broken_file_leaves_nothing_behind()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var json = """{"rows":[{"name1":"A","street1":"1 Main St","city":"Reno","state":"NV","zip":"89501","typeFacility":"SA","latitude":"39.5","longitude":"-119.8"},""";
        var error = await Should.ThrowAsync<RpcException>(
            () => world.ImportAsync(Encoding.UTF8.GetBytes(json), FacilityFileFormat.LocatorJson));
        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.Status.Detail.ShouldContain("ends in the middle, after row 1");
        (await SitesAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_site_admin_imports_nothing()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var error = await Should.ThrowAsync<RpcException>(() => world.ImportAsync(
            [], FacilityFileFormat.Csv, headers: world.Tokens.SiteAdmin(world.Network, Guid.NewGuid())));
        error.StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_long_file_is_read_with_progress_and_listed_page_by_page(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var csv = new StringBuilder(World.Columns).Append('\n');
        for (var i = 0; i < 2500; i++)
            csv.Append($"{i},Site {i % 7},SA,{i} Main Street,Reno,NV,89501,,39.53,-119.81,,,,\n");
        var (report, progress) = await world.ImportAsync(Encoding.UTF8.GetBytes(csv.ToString()), FacilityFileFormat.Csv);
        (report.Added, progress).ShouldBe((2500, 2));
        var sites = await SitesAsync(world);
        sites.Count.ShouldBe(2500);
        sites.Select(site => site.Id).Distinct().Count().ShouldBe(2500);
        sites.Select(site => site.Name).ShouldBeInOrder();
    }

    [Fact]
    public async Task The_made_up_network_is_taken_whole()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var report = (await world.ImportAsync(await File.ReadAllBytesAsync(Above(MadeUpNetwork)!), FacilityFileFormat.Csv)).Report;
        (report.Rows, report.Added, report.ProgramsAdded, report.Skipped, report.RegionsAdded).ShouldBe((12, 12, 11, 0, 2));
        var sites = await SitesAsync(world);
        sites.ShouldAllBe(site => Npi.IsValid(site.Npi) && site.Address.Zip.Length == 9 && site.TaxId.Length == 9 && site.Taxonomy.Length == 10);
        sites.Select(site => site.TimeZone).Distinct().ShouldBe(["America/New_York", "America/Denver"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_region_that_is_new_is_made_and_details_of_a_known_program_are_taken_over(Store store)
    {
        var world = await hosts.WorldAsync(store);
        const string Columns = World.Columns + ",region,payers,delivery,weekdays,virtual_states";
        var first = await world.ImportCsvAsync($"{Columns}\n{North},Sierra,MEDICAID:X1,,,\no,Other,SA,2 Main Street,Reno,NV,89501,,39.53,-119.81,,,,,sierra,,,,\n");
        (first.RegionsAdded, first.Added).ShouldBe((1, 2), first.ToString());
        var region = (await world.Regions().ListRegionsAsync(new(), world.Operator)).Regions.ShouldHaveSingleItem();
        (region.Name, region.Sites).ShouldBe(("Sierra", 2));
        var second = await world.ImportCsvAsync($"{Columns}\n{North},,MEDICARE,HYBRID,FRIDAY,NV;CA\n");
        second.Details.Single().Reasons.ShouldBe(["payers", "program"]);
        var site = (await SitesAsync(world)).Single(s => s.Name == "North");
        site.Payers.Select(p => (p.Kind, p.Code)).ShouldBe(
            [(V1.PayerKind.Medicare, ""), (V1.PayerKind.Medicaid, "X1")], "codes stay when a file knows kinds only");
        (site.RegionId, site.Programs.Single().Delivery, site.Programs.Single().Weekdays.Single()).ShouldBe(
            (region.Id, V1.Delivery.Hybrid, MeetingDay.Friday));
        (await world.ImportCsvAsync($"{Columns}\n{North},,MEDICARE,HYBRID,FRIDAY,NV;CA\n")).Unchanged.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_without_positions_leaves_a_site_where_it_is_known_to_be()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        const string Columns = "name,type_facility,street,city,state,zip,phone,latitude,longitude";
        await world.ImportCsvAsync($"{Columns}\nNorth,SA,1 Main Street,Columbus,OH,43215,,39.97,-82.99\n");
        (await world.ImportCsvAsync($"{Columns}\nNorth,SA,1 Main Street,Columbus,OH,43215,,,\n")).Unchanged.ShouldBe(1);
        (await SitesAsync(world)).Single().Latitude.ShouldBe(39.97);
    }

    /// <summary>A made-up file in the locator's form, and the published one where it lies beside the repository: rows, and those that run an IOP.</summary>
    public static TheoryData<string, int, int> LocatorFiles
    {
        get
        {
            var files = new TheoryData<string, int, int> { { MadeUp, 3, 1 } };
            if (Above(PublishedLocator) is not null)
                files.Add(PublishedLocator, 30, 5);
            return files;
        }
    }

    /// <summary>The made-up network, and the published file where it lies beside the repository: rows.</summary>
    public static TheoryData<Store, string, int> CsvFiles
    {
        get
        {
            var files = new TheoryData<Store, string, int>();
            foreach (var store in Enum.GetValues<Store>())
            {
                files.Add(store, MadeUpNetwork, 12);
                if (Above(PublishedCsv) is not null)
                    files.Add(store, PublishedCsv, 1854);
            }
            return files;
        }
    }

    [Theory, MemberData(nameof(LocatorFiles))]
    public async Task A_locators_file_is_taken_whole_and_opens_a_program_where_an_iop_is_run(string name, int rows, int running)
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var file = name == MadeUp ? Encoding.UTF8.GetBytes(MadeUpLocator) : await File.ReadAllBytesAsync(Above(name)!);
        var first = (await world.ImportAsync(file, FacilityFileFormat.LocatorJson, defaultLicensed: 20)).Report;
        (first.Rows, first.Added, first.RunningIop, first.ProgramsAdded, first.Skipped).ShouldBe((rows, rows, running, running, 0), first.ToString());
        var again = (await world.ImportAsync(file, FacilityFileFormat.LocatorJson, defaultLicensed: 20)).Report;
        (again.Unchanged, again.ProgramsAdded).ShouldBe((rows, 0));
        (await world.SearchAsync(Platform.Enrollment.V1.Track.SubstanceUse)).Count.ShouldBe(running);
    }

    [Theory, MemberData(nameof(CsvFiles))]
    public async Task A_csv_file_is_taken_whole_with_every_site_in_a_time_zone(Store store, string name, int rows)
    {
        var world = await hosts.WorldAsync(store);
        var file = await File.ReadAllBytesAsync(Above(name)!);
        var first = (await world.ImportAsync(file, FacilityFileFormat.Csv)).Report;
        (first.Rows, first.Added, first.Skipped).ShouldBe((rows, rows, 0), first.ToString());
        (await world.ImportAsync(file, FacilityFileFormat.Csv)).Report.Unchanged.ShouldBe(rows);
        var sites = await SitesAsync(world);
        sites.ShouldAllBe(site => LocalDays.IsKnown(site.TimeZone) && !site.Name.Contains('\\'));
    }

    private static async Task<List<V1.Site>> SitesAsync(World world)
    {
        var sites = new List<V1.Site>();
        var token = "";
        do
        {
            var page = await world.Sites.ListSitesAsync(new() { Page = new() { Size = 500, Token = token } }, world.Operator);
            sites.AddRange(page.Sites);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return sites;
    }

    private static string? Above(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relative);
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
