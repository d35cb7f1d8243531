using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

/// <summary>The board as pure code.</summary>
public sealed class CapacityBoardTests
{
    [Fact]
    public void Whatever_comes_in_whatever_order_and_however_often_the_highest_version_of_each_part_stands()
    {
        var site = CapacityCacheTests.NewSite();
        var program = site.Programs[0].Id;
        var change = Gen.Choose(1, 9).SelectMany(version => Gen.Elements<CapacityChange>(
            new CountsWritten(site.Id, program, Counts(version)),
            new SiteWritten(At(version, 10 - version)),
            new SiteWritten(At(version, version))));
        Prop.ForAll(change.NonEmptyListOf().ToArbitrary(), changes =>
        {
            var board = new CapacityBoard();
            foreach (var c in changes)
                board.Apply(c);
            var sites = changes.OfType<SiteWritten>().ToList();
            if (sites.Count == 0)
                return board.Count == 0;
            var counts = sites.Select(s => s.Site.Programs[0].Counts.Version)
                .Concat(changes.OfType<CountsWritten>().Select(c => c.Counts.Version)).Max();
            var there = board.Site(site.Id)!;
            return there.Version == sites.Max(s => s.Site.Version)
                && there.Name == $"v{there.Version}"
                && there.Programs[0].Counts == Counts((int)counts)
                && board.Program(program) == (site.Id, Counts((int)counts));
        }).QuickCheckThrowOnFailure();

        CachedSite At(int version, int counts) => site with
        {
            Version = version,
            Name = $"v{version}",
            Programs = [site.Programs[0] with { Counts = Counts(counts) }, site.Programs[1]],
        };
        static PlaceCounts Counts(int version) => new(100, version, 0, version);
    }

    [Fact]
    public void The_grid_finds_what_measuring_every_site_finds_also_across_the_date_line()
    {
        var point = from latitude in Gen.Choose(-84_000, 84_000)
                    from longitude in Gen.Choose(-180_000, 180_000)
                    select new GeoPoint(latitude / 1000.0, longitude / 1000.0);
        var cluster = from centre in point
                      from near in Gen.Choose(-4_000, 4_000).Two().ListOf(40)
                      from miles in Gen.Choose(1, 500)
                      select (centre, miles, near: near.Select(d => new GeoPoint(
                          Math.Clamp(centre.Latitude + (d.Item1 / 1000.0), -85, 85), Around(centre.Longitude + (d.Item2 / 1000.0)))).ToList());
        Prop.ForAll(cluster.ToArbitrary(), c =>
        {
            var board = new CapacityBoard();
            var sites = c.near.Select(p => CapacityCacheTests.NewSite(p.Latitude, p.Longitude)).ToList();
            foreach (var site in sites)
                board.Apply(new SiteWritten(site));
            var found = board.Within(c.centre, c.miles).ToDictionary(near => near.Site.Id, near => near.Miles);
            foreach (var site in sites)
            {
                var miles = c.centre.MilesTo(site.Point);
                if (Math.Abs(miles - c.miles) < 1e-6)
                    continue;
                found.ContainsKey(site.Id).ShouldBe(miles < c.miles);
                if (miles < c.miles)
                    found[site.Id].ShouldBe(miles, 1e-6);
            }
        }).QuickCheckThrowOnFailure();

        static double Around(double longitude) => longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
    }

    [Fact]
    public void A_site_that_moves_is_found_where_it_is_and_one_that_is_removed_nowhere()
    {
        var board = new CapacityBoard();
        var site = CapacityCacheTests.NewSite();
        board.Apply(new SiteWritten(site));
        board.Apply(new SiteWritten(site with { Version = 2, Point = new GeoPoint(45, -100) }));
        board.Within(new GeoPoint(38.03, -78.48), 50).ShouldBeEmpty();
        board.Within(new GeoPoint(45, -100), 50).ShouldHaveSingleItem().Site.Id.ShouldBe(site.Id);
        board.Apply(new SiteRemoved(site.Id)).ShouldBeTrue();
        board.Within(new GeoPoint(45, -100), 50).ShouldBeEmpty();
        board.Program(site.Programs[0].Id).ShouldBeNull();
        board.Count.ShouldBe(0);
    }

    [Fact]
    public void A_watch_keeps_the_newest_state_of_each_program_however_slow_its_reader()
    {
        var (board, site) = (new CapacityBoard(), CapacityCacheTests.NewSite());
        board.Apply(new SiteWritten(site));
        var watch = new CapacityWatch(seen => seen.RegionId == site.RegionId);
        board.Add(watch);
        watch.News.IsCompleted.ShouldBeFalse();
        foreach (var version in Enumerable.Range(10, 1000))
            board.Apply(new CountsWritten(site.Id, site.Programs[0].Id, new PlaceCounts(2000, version, 0, version)));
        board.Apply(new SiteWritten(CapacityCacheTests.NewSite()));
        watch.News.IsCompleted.ShouldBeTrue();
        var changed = watch.Take().ShouldHaveSingleItem();
        (changed.Program.Id, changed.Program.Counts.Version, changed.IsGone).ShouldBe((site.Programs[0].Id, 1009, false));
        watch.News.IsCompleted.ShouldBeFalse();
        watch.Take().ShouldBeEmpty();
    }

    [Fact]
    public void A_site_that_leaves_the_region_is_told_as_gone_and_one_that_comes_as_there()
    {
        var (board, site) = (new CapacityBoard(), CapacityCacheTests.NewSite());
        var elsewhere = Guid.NewGuid();
        var (left, joined) = (new CapacityWatch(s => s.RegionId == site.RegionId), new CapacityWatch(s => s.RegionId == elsewhere));
        board.Apply(new SiteWritten(site));
        board.Add(left);
        board.Add(joined);
        board.Apply(new SiteWritten(site with { Version = 2, RegionId = elsewhere }));
        left.Take().Select(p => p.IsGone).ShouldBe([true, true]);
        joined.Take().Select(p => p.IsGone).ShouldBe([false, false]);
        board.Apply(new SiteRemoved(site.Id));
        left.Take().ShouldBeEmpty();
        joined.Take().Select(p => p.IsGone).ShouldBe([true, true]);
    }
}
