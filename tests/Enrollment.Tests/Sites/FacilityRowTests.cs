using System.Text;
using Platform.Enrollment.Sites.Import;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites;

public sealed class FacilityRowTests
{
    private const string Header = "name,type_facility,street,city,state,zip,phone,latitude,longitude";
    private const string Good = "Clinic,SA,1 Main Street,Reno,NV,89501,775-555-0100 x12,39.53,-119.81";

    [Fact]
    public void A_row_is_taken_with_its_escapes_undone()
    {
        var row = Csv($"{Header}\n\"County \\/ City &amp; Partners\",MH,1 1\\/2 Main  Street,Reno,nv,89501-1234,,39.53,-119.81\n")
            .ShouldHaveSingleItem().Row.ShouldNotBeNull();
        row.Name.ShouldBe("County / City & Partners");
        row.Street.ShouldBe("1 1/2 Main Street");
        row.State.ShouldBe("NV");
        row.Zip.ShouldBe("895011234");
        row.FacilityType.ShouldBe(FacilityType.MentalHealth);
        row.RunsIop.ShouldBeNull("the file does not say");
    }

    [Theory]
    [InlineData("Clinic,XX,1 Main Street,Reno,NV,89501,,39.53,-119.81", "type_facility: must be SA or MH")]
    [InlineData(",SA,1 Main Street,Reno,NV,89501,,39.53,-119.81", "name: is required")]
    [InlineData("Clinic,SA,,Reno,NV,89501,,39.53,-119.81", "street: is required")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,,,39.53,-119.81", "zip: is required")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,1234,,39.53,-119.81", "zip: has 4 digits; leading zeros may have been lost")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,8950A,,39.53,-119.81", "zip: must be 5 digits, or 9 with or without a hyphen")]
    [InlineData("Clinic,SA,1 Main Street,Reno,ZZ,89501,,39.53,-119.81", "state: is not the two-letter code of a state or territory")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,89501,,here,-119.81", "latitude: must be decimal degrees from -90 to 90")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,89501,,39.53,NaN", "longitude: must be decimal degrees from -180 to 180")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,89501,,0,0", "latitude, longitude: do not lie in NV")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,89501,,39.53,119.81", "latitude, longitude: do not lie in NV")]
    [InlineData("Clinic,SA,1 Main Street,Reno,NV,89501", "has 6 fields where the header has 9")]
    [InlineData("Clin\"ic\",SA,1 Main Street,Reno,NV,89501,,39.53,-119.81", "a quotation mark stands inside a field that does not begin with one")]
    [InlineData("\"Clinic\" A,SA,1 Main Street,Reno,NV,89501,,39.53,-119.81", "a field goes on after its closing quotation mark")]
    public void A_row_with_something_wrong_is_skipped_with_the_reason_and_the_next_one_taken(string line, string reason)
    {
        var rows = Csv($"{Header}\n{line}\n{Good}\n");
        rows[0].Row.ShouldBeNull();
        rows[0].Reasons.ShouldBe([reason]);
        rows[1].Row.ShouldNotBeNull().Row.ShouldBe(3);
    }

    [Fact]
    public void All_that_is_wrong_with_a_row_is_said_at_once() =>
        Csv($"{Header}\n,XX,,Reno,NV,,,39.53,-119.81\n")[0].Reasons.Count.ShouldBe(4);

    [Theory]
    [InlineData("npi", "1234567890", "npi: must be 10 digits with a valid check digit")]
    [InlineData("tax_id", "12-34567", "tax_id: must be 9 digits")]
    [InlineData("taxonomy", "261Q", "taxonomy: must be a taxonomy code: 9 letters or digits and an X")]
    [InlineData("time_zone", "Mars/Olympus", "time_zone: is not an IANA time zone")]
    [InlineData("licensed", "10", "licensed: is given without a program")]
    public void Optional_columns_are_checked(string column, string value, string reason) =>
        Csv($"{Header},{column}\n{Good},{value}\n").ShouldHaveSingleItem().Reasons.ShouldBe([reason]);

    [Fact]
    public void A_program_has_a_track_an_age_group_and_places()
    {
        var rows = Csv($"{Header},program,track,age_group,licensed\n{Good},Evenings,dual_diagnosis,ADOLESCENT,12\n{Good},Mornings,,,\n{Good},Noon,SWIMMING,ADULT,-1\n");
        rows[0].Row!.Program.ShouldBe(new ProgramRow("Evenings", Track.DualDiagnosis, AgeGroup.Adolescent, 12));
        rows[1].Row!.Program.ShouldBe(new ProgramRow("Mornings", Track.SubstanceUse, AgeGroup.Adult, null));
        rows[2].Reasons.ShouldBe(
        [
            "track: must be one of SUBSTANCE_USE, MENTAL_HEALTH, DUAL_DIAGNOSIS, EATING_DISORDER",
            "licensed: must be a whole number from 0 to 10000",
        ]);
    }

    [Fact]
    public void A_row_says_how_when_and_where_its_program_is_given_and_who_pays()
    {
        var rows = Csv(
            $"{Header},region,payers,languages,program,level,delivery,weekdays,times_of_day,virtual_states\n"
            + $"{Good},Sierra,MEDICAID; commercial:60054,Spanish;Paiute,Afar,PARTIAL_HOSPITALIZATION,VIRTUAL,MONDAY;FRIDAY,EVENING,nv;CA\n"
            + $"{Good},,,,Plain,,,,,\n");
        var row = rows[0].Row.ShouldNotBeNull(string.Join(' ', rows[0].Reasons));
        row.Region.ShouldBe("Sierra");
        row.Payers.ShouldBe([new AcceptedPayer(PayerKind.Medicaid, ""), new AcceptedPayer(PayerKind.Commercial, "60054")]);
        row.Languages.ShouldBe(["Spanish", "Paiute"]);
        row.Program!.Over(new CareProgram().Details).ShouldBe(new ProgramDetails(
            "Afar", Referrals.LevelOfCare.PartialHospitalization, Delivery.Virtual, Weekdays.Monday | Weekdays.Friday, TimesOfDay.Evening, ["CA", "NV"]));
        var plain = rows[1].Row!;
        (plain.Region, plain.Payers, plain.Languages).ShouldBe((null, null, null), "an empty field says nothing");
        plain.Program.ShouldBe(new ProgramRow("Plain", Track.SubstanceUse, AgeGroup.Adult, null));
    }

    [Theory]
    [InlineData("payers", "GOLD", "payers: must be one of COMMERCIAL, MEDICAID, MEDICARE, MILITARY, VETERANS_AFFAIRS, STATE_PLAN, PUBLIC_FUNDS, SELF_PAY")]
    [InlineData("payers", "MEDICAID:a b", "payers: must have at most 80 characters, without spaces and semicolons")]
    [InlineData("weekdays", "MONDAY", "weekdays: is given without a program")]
    [InlineData("program,weekdays", "A,SOMEDAY", "weekdays: must be one of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY")]
    [InlineData("program,delivery", "A,VIRTUAL", "virtual_states: are required with virtual and hybrid delivery: where persons may be")]
    [InlineData("program,virtual_states", "A,NV", "virtual_states: are only for virtual and hybrid delivery")]
    [InlineData("program,delivery,virtual_states", "A,HYBRID,QQ", "virtual_states: QQ is not the two-letter code of a state or territory")]
    public void What_a_program_and_its_payers_are_is_checked(string columns, string values, string reason) =>
        Csv($"{Header},{columns}\n{Good},{values}\n").ShouldHaveSingleItem().Reasons.ShouldBe([reason]);

    [Theory]
    [InlineData("NV", "89501", "", "time_zone: is required without latitude and longitude: NV keeps more than one")]
    [InlineData("NV", "89501", "America/Los_Angeles", "")]
    [InlineData("OH", "43215", "", "")]
    [InlineData("OH", "89501", "", "zip: does not lie in OH")]
    [InlineData("OH", "00000", "", "latitude, longitude: are required: where the ZIP lies is not known")]
    public void A_row_without_a_position_lies_where_its_zip_does_in_a_state_that_keeps_one_time(string state, string zip, string zone, string reason)
    {
        var row = Csv($"{Header},time_zone\nClinic,SA,1 Main Street,Town,{state},{zip},,,,{zone}\n").ShouldHaveSingleItem();
        row.Reasons.ShouldBe(reason.Length == 0 ? [] : [reason]);
        if (reason.Length == 0)
            (row.Row!.IsPositionSaid, UsPlaces.TimeZoneAt(state, row.Row.Point) is not null).ShouldBe((false, true));
    }

    [Fact]
    public void The_locators_words_for_payment_name_kinds_of_payers() =>
        LocatorPayments.KindsOf(
            [
                "Federal, or any government funding for substance abuse programs", "Medicaid", "Private health insurance", "Cash or self-payment",
                "Medicare", "Military insurance (e.g., TRICARE)", "State-financed health insurance plan other than Medicaid",
                "U.S. Department of VA funds", "State mental health agency (or equivalent) funds", "Beads",
            ])
            .Select(payer => payer.Kind).ShouldBe(Enum.GetValues<PayerKind>());

    [Fact]
    public void A_quoted_field_may_hold_commas_marks_and_lines_and_rows_keep_their_line_numbers()
    {
        var rows = Csv($"{Header}\r\n\r\n\"A \"\"B\"\",\r\nC\",SA,1 Main Street,Reno,NV,89501,,39.53,-119.81\r\n{Good}");
        rows[0].Row!.Name.ShouldBe("A \"B\", C");
        rows.Select(row => row.Raw.Row).ShouldBe([3, 5]);
    }

    [Fact]
    public void A_mark_that_is_never_closed_is_reported_where_it_stands()
    {
        var rows = Csv($"{Header}\n{Good}\n\"Clinic,SA,1 Main Street\n{Good}\n");
        rows.Count.ShouldBe(2);
        rows[0].Row.ShouldNotBeNull();
        rows[1].Raw.Row.ShouldBe(3);
        rows[1].Reasons.ShouldHaveSingleItem().ShouldStartWith("a quotation mark is not closed");
    }

    [Theory]
    [InlineData("", "is empty; a header line is expected")]
    [InlineData("name,street\n", "the header line lacks the columns type_facility, city, state, zip, phone, latitude, longitude")]
    [InlineData(Header + ",zip\n", "the header line has the column zip twice")]
    public void A_file_without_its_header_is_refused(string csv, string description) =>
        Should.Throw<DomainException>(() => Csv(csv)).Error.Fields.ShouldBe([new FieldViolation("chunk", description)]);

    [Fact]
    public void A_file_that_is_not_utf8_is_refused() =>
        Should.Throw<DomainException>(() => FacilityCsv.Read(new MemoryStream([.. Encoding.UTF8.GetBytes(Header + "\n"), 0xE9, 0x0A])).ToList())
            .Error.Message.ShouldContain("is not UTF-8 text");

    [Fact]
    public void Columns_may_come_in_another_order_behind_a_byte_order_mark_and_beside_unknown_ones()
    {
        var row = Csv("\uFEFFzip,favourite_colour,name,type_facility,street,city,state,phone,latitude,longitude\n89501,blue,Clinic,SA,1 Main Street,Reno,NV,,39.53,-119.81\n");
        row.ShouldHaveSingleItem().Row!.Name.ShouldBe("Clinic");
    }

    [Fact]
    public void The_locators_json_says_who_runs_an_intensive_outpatient_program()
    {
        var rows = Json(
            """
            { "page": 1, "extra": { "rows": [] }, "rows": [
              { "frid": "a", "name1": "North", "name2": "East", "street1": "1 Main St", "street2": "Suite 2", "city": "Reno",
                "state": "NV", "zip": "89501", "phone": null, "typeFacility": "SA", "latitude": "39.53", "longitude": -119.81,
                "services": [ { "f1": "x", "f2": "SET", "f3": "Outpatient; Intensive outpatient treatment" },
                              { "f1": "x", "f2": "PAY", "f3": "Medicaid; Cash or self-payment" },
                              { "f1": "x", "f2": "OL", "f3": "Spanish" },
                              { "f1": "x", "f2": "SG", "f3": "Veterans; Adult men" },
                              { "f1": "x", "f2": "AGE", "f3": "Children/adolescents" } ] },
              { "name1": "South", "street1": "2 Main St", "city": "Reno", "state": "NV", "zip": "89501", "typeFacility": "MH",
                "latitude": "39.53", "longitude": "-119.81", "services": "none" },
              17
            ], "after": [1, 2] }
            """);
        var north = rows[0].Row.ShouldNotBeNull();
        (north.Name, north.Street, north.ExternalId).ShouldBe(("North: East", "1 Main St, Suite 2", "a"));
        north.RunsIop.ShouldBe(true);
        north.MinorsOnly.ShouldBeTrue();
        north.PaymentsAccepted.ShouldBe(["Medicaid", "Cash or self-payment"]);
        north.Languages.ShouldBe(["Spanish"]);
        north.Payers.ShouldBe([new AcceptedPayer(PayerKind.Medicaid, ""), new AcceptedPayer(PayerKind.SelfPay, "")]);
        north.SpecialPrograms.ShouldBe(["Veterans", "Adult men"]);
        var south = rows[1].Row.ShouldNotBeNull();
        (south.RunsIop, south.Payers, south.Languages).ShouldBe((null, null, null), "what is not answered says nothing");
        rows[2].Reasons.ShouldBe(["is not an object"]);
    }

    [Theory]
    [InlineData("", "ends in the middle, after row 0")]
    [InlineData("[]", "must be an object with \"rows\"")]
    [InlineData("{\"page\":1}", "has no \"rows\"")]
    [InlineData("{\"rows\":{}}", "\"rows\" must be an array")]
    [InlineData("{\"rows\":[{\"name1\":\"A\"},{\"name1\":", "ends in the middle, after row 1")]
    [InlineData("{\"rows\":[{\"name1\":\"A\"}]", "ends in the middle, after row 1")]
    [InlineData("{\"rows\":[{\"name1\":\"A\"},\n}", "is not JSON after row 1, at line 2")]
    public void A_file_that_is_not_the_locators_json_is_refused(string json, string description) =>
        Should.Throw<DomainException>(() => Json(json)).Error.Fields.ShouldBe([new FieldViolation("chunk", description)]);

    [Fact]
    public void Json_is_read_across_the_borders_of_the_buffer()
    {
        var row = $$"""{"name1":"{{new string('x', 190)}}","street1":"1 Main St","city":"Reno","state":"NV","zip":"89501","typeFacility":"MH","latitude":"39.53","longitude":"-119.81"}""";
        var rows = Json($$"""{"rows":[{{string.Join(",", Enumerable.Repeat(row, 1500))}}]}""");
        rows.Count.ShouldBe(1500);
        rows.ShouldAllBe(r => r.Row != null);
    }

    [Fact]
    public void A_natural_key_ignores_case_punctuation_and_the_last_four_digits() =>
        Site.NaturalKeyOf("St. Mary's", "1 Main St.", "Reno", "895011234", FacilityType.MentalHealth)
            .ShouldBe(Site.NaturalKeyOf("ST MARYS", "1 Main St", "reno", "89501", FacilityType.MentalHealth));

    [Theory]
    [InlineData("1234567893", true)]
    [InlineData("1234567890", false)]
    [InlineData("123456789", false)]
    [InlineData("9234567893", false)]
    [InlineData("123456789x", false)]
    public void An_npi_has_ten_digits_and_a_check_digit(string npi, bool valid) => Npi.IsValid(npi).ShouldBe(valid);

    [Theory]
    [InlineData("VA", 38.03, -78.48, "America/New_York")]
    [InlineData("FL", 30.42, -87.22, "America/Chicago")]
    [InlineData("FL", 30.44, -84.28, "America/New_York")]
    [InlineData("TN", 36.16, -86.78, "America/Chicago")]
    [InlineData("TN", 35.96, -83.92, "America/New_York")]
    [InlineData("KY", 38.25, -85.76, "America/New_York")]
    [InlineData("KY", 36.99, -86.44, "America/Chicago")]
    [InlineData("IN", 41.59, -87.35, "America/Chicago")]
    [InlineData("IN", 37.97, -87.57, "America/Chicago")]
    [InlineData("IN", 40.42, -86.91, "America/Indiana/Indianapolis")]
    [InlineData("TX", 31.76, -106.49, "America/Denver")]
    [InlineData("TX", 32.78, -96.80, "America/Chicago")]
    [InlineData("ID", 47.68, -116.78, "America/Los_Angeles")]
    [InlineData("ID", 43.62, -116.20, "America/Boise")]
    [InlineData("OR", 44.03, -116.96, "America/Boise")]
    [InlineData("OR", 42.22, -121.78, "America/Los_Angeles")]
    [InlineData("ND", 46.88, -102.79, "America/Denver")]
    [InlineData("ND", 46.81, -100.78, "America/Chicago")]
    [InlineData("SD", 44.08, -103.23, "America/Denver")]
    [InlineData("NE", 41.87, -103.66, "America/Denver")]
    [InlineData("KS", 39.35, -101.71, "America/Denver")]
    [InlineData("MI", 46.45, -90.17, "America/Chicago")]
    [InlineData("MI", 46.54, -87.40, "America/Detroit")]
    [InlineData("AZ", 33.45, -112.07, "America/Phoenix")]
    [InlineData("AK", 51.88, -176.65, "America/Adak")]
    [InlineData("HI", 21.31, -157.86, "Pacific/Honolulu")]
    [InlineData("GU", 13.47, 144.75, "Pacific/Guam")]
    public void A_towns_time_zone_is_that_of_its_part_of_the_state(string state, double latitude, double longitude, string zone) =>
        UsPlaces.TimeZoneAt(state, new GeoPoint(latitude, longitude)).ShouldBe(zone);

    private static List<(RawFacility Raw, FacilityRow? Row, IReadOnlyList<string> Reasons)> Csv(string csv) =>
        Parsed(FacilityCsv.Read(new MemoryStream(Encoding.UTF8.GetBytes(csv))));

    private static List<(RawFacility Raw, FacilityRow? Row, IReadOnlyList<string> Reasons)> Json(string json) =>
        Parsed(FacilityJson.Read(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    private static List<(RawFacility Raw, FacilityRow? Row, IReadOnlyList<string> Reasons)> Parsed(IEnumerable<RawFacility> raws)
    {
        var parser = new FacilityParser();
        return [.. raws.Select(raw =>
        {
            var (row, reasons) = parser.Parse(raw);
            return (raw, row, reasons);
        })];
    }
}
