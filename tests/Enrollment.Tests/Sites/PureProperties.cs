using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Sites.Import;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites;

public sealed class PureProperties
{
    [Fact]
    public void What_is_written_as_csv_is_read_back_whatever_is_in_it()
    {
        var field = Gen.Elements("a", "\"", ",", "\n", "\r\n", " ", "é").ListOf().Select(parts => "x" + string.Concat(parts));
        var records = field.NonEmptyListOf().NonEmptyListOf().ToArbitrary();
        Prop.ForAll(records, written =>
        {
            var csv = string.Join("\r\n", written.Select(record =>
                string.Join(',', record.Select(text => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));
            var read = CsvRecords.Read(new StringReader(csv)).ToList();
            read.ShouldAllBe(record => record.Damage == null);
            read.Select(record => string.Join('|', record.Fields)).ShouldBe(written.Select(record => string.Join('|', record)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Whatever_lies_within_the_radius_lies_in_the_box_that_an_index_looks_in()
    {
        var degrees = Gen.Choose(-1000, 1000).Select(n => n / 100.0);
        var cases = (from latitude in Gen.Choose(-14, 71)
                     from north in degrees
                     from east in degrees
                     from miles in Gen.Choose(1, 500)
                     select (latitude, north, east, miles)).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var centre = new GeoPoint(c.latitude, -100);
            var point = new GeoPoint(c.latitude + c.north, -100 + c.east);
            var (latitude, longitude) = centre.DegreesAround(c.miles);
            return centre.MilesTo(point) > c.miles || (Math.Abs(c.north) <= latitude && Math.Abs(c.east) <= longitude);
        }).QuickCheckThrowOnFailure();
    }

    // What is derived from the state alone is what the position would have given, wherever in the state it is.
    [Fact]
    public void A_state_that_keeps_one_time_zone_keeps_it_at_every_point()
    {
        var cases = (from state in Gen.Elements(States)
                     from latitude in Gen.Choose(-1500, 7200)
                     from longitude in Gen.Choose(-18000, 18000)
                     select (state, new GeoPoint(latitude / 100.0, longitude / 100.0))).ToArbitrary();
        Prop.ForAll(cases, c =>
            UsPlaces.TimeZoneAt(c.state, c.Item2) is not { } zone || UsPlaces.OnlyTimeZoneOf(c.state) is not { } only || only == zone)
            .QuickCheckThrowOnFailure();
        States.Count(state => UsPlaces.OnlyTimeZoneOf(state) is null).ShouldBeGreaterThan(10, "several states keep two");
        UsPlaces.OnlyTimeZoneOf("ZZ").ShouldBeNull();
    }

    [Fact]
    public void Wherever_a_zip_lies_there_is_a_state_with_a_known_time_zone()
    {
        var known = 0;
        for (var zip = 501; zip <= 99_950; zip += 7)
        {
            if (ZipCentroids.Find($"{zip:D5}") is not { IsWhole: true } place)
                continue;
            known++;
            States.Select(state => UsPlaces.TimeZoneAt(state, place.Point)).ShouldContain(zone => zone != null && LocalDays.IsKnown(zone), $"{zip:D5}");
        }
        known.ShouldBeGreaterThan(3000);
    }

    [Fact]
    public void A_set_of_days_and_times_is_read_back_as_it_was_written()
    {
        var days = Gen.Choose(1, 7).ListOf().ToArbitrary();
        Prop.ForAll(days, written =>
            ProgramWords.DaysOf(written).Numbers().SequenceEqual(written.Distinct().Order())
            && ProgramWords.TimesOf(written.Where(n => n <= 3)).Numbers().SequenceEqual(written.Where(n => n <= 3).Distinct().Order()))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_accepted_payer_is_kept_as_it_was_said()
    {
        var payers = (from kind in Gen.Elements(Enum.GetValues<PayerKind>())
                      from code in Gen.Elements("", "60054", "A:B", "x-1")
                      select new AcceptedPayer(kind, code)).ToArbitrary();
        Prop.ForAll(payers, payer => AcceptedPayer.Parse(payer.ToString()) == payer).QuickCheckThrowOnFailure();
    }

    private static string[] States =>
        [.. from one in Enumerable.Range('A', 26) from other in Enumerable.Range('A', 26) let state = $"{(char)one}{(char)other}" where UsPlaces.IsState(state) select state];
}
