using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

public sealed class ZipCentroidTests
{
    // Landmarks that lie in these ZIP codes, from maps.
    [Theory]
    [InlineData("20500", 38.898, -77.037, 3)] // the White House; a code of its own, found by its neighbours
    [InlineData("20001", 38.910, -77.017, 2)] // Washington, Howard University
    [InlineData("10001", 40.750, -73.997, 2)] // New York, Pennsylvania Station
    [InlineData("87101", 35.097, -106.645, 5)] // Albuquerque
    [InlineData("99801", 58.302, -134.420, 60)] // Juneau, a code as wide as its forests
    [InlineData("00601", 18.163, -66.722, 5)] // Adjuntas, Puerto Rico; the zeros count
    [InlineData("96813", 21.307, -157.858, 5)] // Honolulu
    public void A_zip_code_lies_where_its_people_are(string zip, double latitude, double longitude, double within) =>
        ZipCentroids.Find(zip)!.Value.Point.MilesTo(new GeoPoint(latitude, longitude)).ShouldBeLessThan(within);

    [Fact]
    public void Four_digits_more_change_nothing()
    {
        ZipCentroids.Find("100010001").ShouldBe(ZipCentroids.Find("10001"));
        ZipCentroids.Find("10001-0001").ShouldBe(ZipCentroids.Find("10001"));
        ZipCentroids.Find("10001")!.Value.IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void A_code_without_an_area_is_looked_for_among_its_neighbours_and_that_is_told() =>
        ZipCentroids.Find("20500")!.Value.IsWhole.ShouldBeFalse();

    [Theory]
    [InlineData("00000")]
    [InlineData("00099")]
    [InlineData("1234")]
    [InlineData("123456")]
    [InlineData("1234a")]
    [InlineData("10001 0001")]
    [InlineData("")]
    public void What_is_no_zip_code_lies_nowhere(string zip) => ZipCentroids.Find(zip).ShouldBeNull();
}
