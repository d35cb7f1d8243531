using Platform.Support;

namespace Platform.Enrollment.Placement;

public sealed class EstimatedWaitsTests(Hosts hosts)
{
    [Fact]
    public async Task However_many_search_at_once_what_waits_are_estimated_from_is_read_once()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        var queries = new QueryCount();
        using var counted = queries.Of(world.Host);
        var waits = new EstimatedWaits(counted, time);
        await waits.OfAsync(Guid.NewGuid(), default);
        var one = queries.Count;

        queries.Reset();
        var opened = Close();
        var first = Enumerable.Range(0, 40).Select(_ => waits.OfAsync(world.Network, default)).ToList();
        opened.SetResult();
        await Task.WhenAll(first);
        queries.Count.ShouldBe(one);

        queries.Reset();
        time.Advance(TimeSpan.FromMinutes(6));
        opened = Close();
        var later = Enumerable.Range(0, 40).Select(_ => waits.OfAsync(world.Network, default)).ToList();
        later.Skip(1).ShouldAllBe(search => search.IsCompleted, "they go by the book that there is");
        opened.SetResult();
        await Task.WhenAll(later);
        queries.Count.ShouldBe(one);
        (await waits.OfAsync(world.Network, default)).ShouldNotBeSameAs(await first[0]);

        TaskCompletionSource Close()
        {
            var closed = new TaskCompletionSource();
            queries.Opened = closed.Task;
            return closed;
        }
    }
}
