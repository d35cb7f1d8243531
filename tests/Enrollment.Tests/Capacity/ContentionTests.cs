using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Placement;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Enrollment.Capacity;

/// <summary>Many at once on few places.</summary>
public sealed class ContentionTests(Hosts hosts)
{
    private const int Workers = 6;
    private const int Places = 3;

    // Every worker takes random steps with its own persons; the places are counted at the end and must be those of the rows.
    [Theory]
    [InlineData(Store.Sqlite, 8)]
    [InlineData(Store.Postgres, 12)]
    public async Task No_place_is_given_twice_and_none_is_lost(Store store, int rounds)
    {
        var world = await hosts.WorldAsync(store);
        var programs = new[]
        {
            (await world.OpenProgramAsync(Places)).ProgramId,
            (await world.OpenProgramAsync(Places)).ProgramId,
        };
        var refused = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => WorkAsync(world, programs, new Random(worker), rounds)));
        foreach (var program in programs)
        {
            await world.ShouldBalanceAsync(program);
            await Eventually.PassesAsync(() => CacheShouldFollowAsync(world, program), "the cache to be as the store");
        }
        refused.Sum().ShouldBeGreaterThan(0, "the places were never contested, so the test shows nothing");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_many_who_want_the_last_places_as_many_get_one_as_there_are(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(Places);
        var referrals = new List<string>();
        for (var i = 0; i < Places * 4; i++)
            referrals.Add((await world.ReferEligibleAsync()).Id);
        var codes = await Task.WhenAll(referrals.Select(referral => Journey.JourneyTests.CodeAsync(world.OfferAsync(referral, program))));
        codes.Count(code => code.Length == 0).ShouldBe(Places);
        codes.Where(code => code.Length > 0).ShouldAllBe(code => code == "PROGRAM_FULL");
        await world.ShouldBalanceAsync(program);
    }

    [Fact]
    public async Task Sweepers_that_run_at_once_give_a_place_back_once()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 8);
        for (var i = 0; i < 8; i++)
        {
            var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
            await world.RunOutAsync(offer.Id);
        }
        var sweeper = world.Host.Services.GetRequiredService<OfferSweeper>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => sweeper.RunAsync(default)));
        await Eventually.TrueAsync(async () => (await world.CapacityAsync(program)).Held == 0, "all places to be back");
        await world.ShouldBalanceAsync(program);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_licence_never_falls_below_the_places_in_use(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 4);
        await world.AdmitNewPersonAsync(program);
        await world.OfferAsync((await world.ReferEligibleAsync()).Id, program);
        (await World.FailureAsync(LicenseAsync(1), StatusCode.FailedPrecondition)).ShouldBe("CAPACITY_BELOW_TAKEN");
        (await LicenseAsync(2)).Program.Licensed.ShouldBe(2);
        await world.ShouldBalanceAsync(program);

        AsyncUnaryCall<V1.SetLicensedCapacityResponse> LicenseAsync(int licensed) => world.Sites.SetLicensedCapacityAsync(
            new() { RequestId = World.NewId(), ProgramId = program, Licensed = licensed }, world.Operator);
    }

    private static async Task<int> WorkAsync(World world, string[] programs, Random random, int rounds)
    {
        var full = 0;
        var open = new Queue<V1.Episode>();
        for (var round = 0; round < rounds; round++)
        {
            var referral = await world.ReferEligibleAsync();
            var offer = await TryAsync(world.OfferAsync(referral.Id, programs[random.Next(programs.Length)]), "PROGRAM_FULL");
            if (offer is null)
            {
                full++;
                if (open.TryDequeue(out var episode))
                    await world.DischargeAsync(episode);
                continue;
            }
            switch (random.Next(4))
            {
                case 0:
                    await world.ReleaseAsync(offer.Offer.Id);
                    break;
                case 1:
                    await world.RunOutAsync(offer.Offer.Id);
                    break;
                default:
                    open.Enqueue((await world.AdmitAsync(offer.Offer.Id)).Episode);
                    break;
            }
        }
        return full;
    }

    private static async Task<T?> TryAsync<T>(AsyncUnaryCall<T> call, string allowed)
        where T : class
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (e.ToDomainError()?.Code == allowed)
        {
            return null;
        }
    }

    private static async Task CacheShouldFollowAsync(World world, string program)
    {
        var cached = await world.CapacityAsync(program);
        var id = Guid.Parse(program);
        var counts = await world.ReadAsync(async (db, ct) => (await db.Capacities.FindAsync([id], ct))!.Counts);
        (cached.Licensed, cached.Occupied, cached.Held, cached.Version)
            .ShouldBe((counts.Licensed, counts.Occupied, counts.Held, counts.Version));
        await world.ShouldBalanceAsync(program);
    }
}
