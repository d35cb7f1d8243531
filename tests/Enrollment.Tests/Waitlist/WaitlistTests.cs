using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Waitlist;

/// <summary>Who waits is offered what comes open, in the fair order.</summary>
public sealed class WaitlistTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_freed_place_is_offered_to_the_first_in_line_by_class_and_then_by_time(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        var first = await world.JoinNewPersonAsync(program);
        var injects = await world.JoinNewPersonAsync(program, V1.WaitlistFact.InjectsDrugs);
        var pregnant = await world.JoinNewPersonAsync(program, V1.WaitlistFact.Pregnant);
        var both = await world.JoinNewPersonAsync(program, V1.WaitlistFact.InjectsDrugs, V1.WaitlistFact.Pregnant);
        var last = await world.JoinNewPersonAsync(program);
        V1.WaitlistEntry[] fair = [both, pregnant, injects, first, last];
        fair.Select(e => e.PriorityClass).ShouldBe(["PREGNANT_INJECTING", "PREGNANT", "INJECTING", "ALL_OTHERS", "ALL_OTHERS"]);

        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await world.Waitlist().ListWaitlistAsync(
                new() { ProgramId = program, Page = new() { Size = 2, Token = token } }, world.Operator);
            listed.AddRange(page.Entries.Select(e => e.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        listed.ShouldBe(fair.Select(e => e.Id));
        (await world.PositionAsync(last.Id)).Position.ShouldBe(5);

        foreach (var entry in fair)
        {
            await world.DischargeAsync(inCare);
            var offer = await world.OfferedAsync(entry);
            (offer.ProgramId, offer.Automatic).ShouldBe((program, true));
            inCare = (await world.AdmitAsync(offer.Id)).Episode;
            (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Placed);
        }
        await world.ShouldBalanceAsync(program);
    }

    [Theory]
    [InlineData("release")]
    [InlineData("decline")]
    [InlineData("lapse")]
    [InlineData("discharge")]
    [InlineData("transfer")]
    [InlineData("license")]
    public async Task A_place_is_offered_however_it_came_open(string how)
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (otherSite, otherProgram) = await world.OpenProgramAsync(licensed: 1);
        var held = how is "release" or "decline" or "lapse"
            ? (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer
            : null;
        var inCare = held is null ? await world.AdmitNewPersonAsync(program) : null;
        var entry = await world.JoinNewPersonAsync(program);
        (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Waiting);
        switch (how)
        {
            case "release":
                await world.ReleaseAsync(held!.Id);
                break;
            case "decline":
                await world.DeclineAsync(held!.Id);
                break;
            case "lapse":
                await world.RunOutAsync(held!.Id);
                break;
            case "discharge":
                await world.DischargeAsync(inCare!);
                break;
            case "license":
                await world.Sites.SetLicensedCapacityAsync(
                    new() { RequestId = World.NewId(), ProgramId = program, Licensed = 2 }, world.Operator);
                break;
            default:
                await world.WriteAsync(async (db, ct) =>
                {
                    await world.Host.Services.GetRequiredService<Capacity.CapacityLedger>().MoveSeatAsync(
                        db, Guid.Parse(site), Guid.Parse(program), Guid.Parse(otherSite), Guid.Parse(otherProgram), ct);
                    return 0;
                });
                break;
        }
        (await world.OfferedAsync(entry)).ProgramId.ShouldBe(program);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_joins_while_a_place_is_open_is_offered_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var entry = await world.JoinNewPersonAsync(program);
        (await world.OfferedAsync(entry)).ProgramId.ShouldBe(program);
        (await world.PositionAsync(entry.Id)).History.Select(h => h.Kind)
            .ShouldBe([V1.WaitlistEventKind.Joined, V1.WaitlistEventKind.Offered]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task One_line_serves_those_who_wait_for_one_program_and_those_who_take_any_of_several(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (hereSite, here) = await world.OpenProgramAsync(licensed: 1);
        var (thereSite, there) = await world.OpenProgramAsync(licensed: 1);
        var (_, elsewhere) = await world.OpenProgramAsync(licensed: 1);
        var inHere = await world.AdmitNewPersonAsync(here);
        var inThere = await world.AdmitNewPersonAsync(there);
        var anywhere = await world.JoinNewPersonAnywhereAsync([hereSite, thereSite]);
        var onlyThere = await world.JoinNewPersonAsync(there);
        (await world.PositionAsync(onlyThere.Id)).Position.ShouldBe(2);
        await world.DischargeAsync(inThere);
        (await world.OfferedAsync(anywhere)).ProgramId.ShouldBe(there);
        (await world.StatusAsync(onlyThere)).ShouldBe(V1.WaitlistStatus.Waiting);
        await world.DischargeAsync(inHere);
        await world.DeclineAsync((await world.PositionAsync(anywhere.Id)).Entry.OfferId);
        (await world.OfferedAsync(onlyThere)).ProgramId.ShouldBe(there);
        (await world.OfferedAsync(anywhere)).ProgramId.ShouldBe(here, "it declined the other one, and this came open meanwhile");
        (await world.CapacityAsync(elsewhere)).Held.ShouldBe(0);
    }

    [Fact]
    public async Task A_place_goes_past_those_whom_it_does_not_suit()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 1, track: "MENTAL_HEALTH");
        var inCare = await world.AdmitNewPersonAsync(program);
        var other = await world.JoinNewPersonAnywhereAsync([site], new() { Track = V1.Track.SubstanceUse });
        var suited = await world.JoinNewPersonAnywhereAsync([site], new() { Track = V1.Track.MentalHealth });
        (await world.PositionAsync(suited.Id)).Position.ShouldBe(1);
        (await world.PositionAsync(other.Id)).Programs.ShouldBeEmpty();
        await world.DischargeAsync(inCare);
        await world.OfferedAsync(suited);
        (await world.StatusAsync(other)).ShouldBe(V1.WaitlistStatus.Waiting);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_skipped_entry_is_passed_once_and_keeps_its_place(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(program);
        var skipped = await world.JoinNewPersonAsync(program);
        var behind = await world.JoinNewPersonAsync(program);
        var last = await world.JoinNewPersonAsync(program);
        (await world.SkipAsync(skipped.Id)).Entry.Skipped.ShouldBeTrue();
        await world.DischargeAsync(inCare);
        var offer = await world.OfferedAsync(behind);
        var position = await world.PositionAsync(skipped.Id);
        (position.Position, position.Entry.Skipped).ShouldBe((1, false));
        position.History.Select(h => (h.Kind, h.Reason)).ShouldBe(
        [
            (V1.WaitlistEventKind.Joined, ""), (V1.WaitlistEventKind.Skipped, "travels this week"), (V1.WaitlistEventKind.PassedOver, ""),
        ]);
        position.History[1].By.ShouldBe("test-operator");
        await world.ReleaseAsync(offer.Id);
        await world.OfferedAsync(skipped);
        (await world.StatusAsync(last)).ShouldBe(V1.WaitlistStatus.Waiting);
    }
}
