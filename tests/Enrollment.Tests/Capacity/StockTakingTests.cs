using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Support;

namespace Platform.Enrollment.Capacity;

public sealed class StockTakingTests
{
    [Fact]
    public async Task By_itself_a_board_comes_back_to_what_the_store_says_within_a_minute()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        using var tokens = new TestTokens(time);
        await using var host = await Hosts.StartAsync(tokens, time: time);
        var world = new World(host, tokens, null);
        var (_, behind) = await world.OpenProgramAsync(licensed: 5);
        var (_, ahead) = await world.OpenProgramAsync(licensed: 5);
        var boards = host.Services.GetRequiredService<CapacityBoards>();
        await Eventually.TrueAsync(() => boards.Current(world.Network) is not null, "the board to be loaded");
        await ChangeUnnoticedAsync(world, behind, licensed: 7, version: 9);
        await ChangeUnnoticedAsync(world, ahead, licensed: 3, version: 0);
        (await OpenAsync()).ShouldBe((5, 5), "nobody said a word");
        var minute = time.GetUtcNow().AddMinutes(1);
        await Eventually.PassesAsync(
            async () =>
            {
                if (time.GetUtcNow() < minute)
                    time.Advance(TimeSpan.FromSeconds(1));
                (await OpenAsync()).ShouldBe((7, 3));
            },
            "the board to be put right");
        time.GetUtcNow().ShouldBeLessThanOrEqualTo(minute);

        async Task<(int Behind, int Ahead)> OpenAsync()
        {
            var places = (await world.SearchAsync()).ToDictionary(place => place.ProgramId, place => place.Open);
            return (places[behind], places[ahead]);
        }
    }

    private static Task ChangeUnnoticedAsync(World world, string program, int licensed, long version) => world.WriteAsync((db, ct) =>
    {
        var id = Guid.Parse(program);
        return db.Capacities.Where(c => c.ProgramId == id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Licensed, licensed).SetProperty(c => c.Version, version), ct);
    });
}
