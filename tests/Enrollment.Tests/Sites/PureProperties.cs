using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Sites.Import;

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
}
