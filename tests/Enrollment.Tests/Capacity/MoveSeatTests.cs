using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Capacity;

/// <summary>A person changes programs: the place there is taken and the place here is freed, both or neither.</summary>
public sealed class MoveSeatTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task One_place_is_taken_and_the_other_freed(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var here = await OpenAsync(world, licensed: 1);
        var there = await OpenAsync(world, licensed: 1);
        await world.AdmitNewPersonAsync(here.Program.ToString());
        await MoveAsync(world, here, there);
        (await OccupiedAsync(world, here), await OccupiedAsync(world, there)).ShouldBe((0, 1));
        await MoveAsync(world, there, here);
        (await OccupiedAsync(world, here), await OccupiedAsync(world, there)).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Without_an_open_place_there_nothing_moves(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var places = new[] { await OpenAsync(world, licensed: 1), await OpenAsync(world, licensed: 1) };
        foreach (var place in places)
            await world.AdmitNewPersonAsync(place.Program.ToString());
        foreach (var (from, to) in new[] { (places[0], places[1]), (places[1], places[0]) })
            (await Should.ThrowAsync<DomainException>(MoveAsync(world, from, to))).Error.Code.ShouldBe("PROGRAM_FULL");
        (await OccupiedAsync(world, places[0]), await OccupiedAsync(world, places[1])).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Moves_in_opposite_directions_at_once_do_not_lock_each_other_out()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (a, b) = (await OpenAsync(world, licensed: 40), await OpenAsync(world, licensed: 40));
        for (var i = 0; i < 10; i++)
        {
            await world.AdmitNewPersonAsync(a.Program.ToString());
            await world.AdmitNewPersonAsync(b.Program.ToString());
        }
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? MoveAsync(world, a, b) : MoveAsync(world, b, a)));
        (await OccupiedAsync(world, a), await OccupiedAsync(world, b)).ShouldBe((10, 10));
    }

    private static async Task<(Guid Site, Guid Program)> OpenAsync(World world, int licensed)
    {
        var (site, program) = await world.OpenProgramAsync(licensed);
        return (Guid.Parse(site), Guid.Parse(program));
    }

    private static Task<int> MoveAsync(World world, (Guid Site, Guid Program) from, (Guid Site, Guid Program) to) =>
        world.WriteAsync(async (db, ct) =>
        {
            await world.Host.Services.GetRequiredService<CapacityLedger>().MoveSeatAsync(db, from.Site, from.Program, to.Site, to.Program, ct);
            return 0;
        });

    private static Task<int> OccupiedAsync(World world, (Guid Site, Guid Program) place) => world.ReadAsync(
        (db, ct) => db.Capacities.Where(c => c.ProgramId == place.Program).Select(c => c.Occupied).SingleAsync(ct));
}
