using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Placement;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Enrollment.Waitlist;

/// <summary>Whoever changes the places of several programs does so in the order of their ids, so that nobody is sent back by a deadlock.</summary>
public sealed class LockOrderTests() : OwnDatabaseTests("lockorder")
{
    private int attempts;

    // The offer gives back a place of the one program and takes one of the other, while a person moves between them the other way.
    [Fact]
    public async Task An_offer_to_whom_one_elsewhere_ran_out_takes_the_places_in_the_order_in_which_others_do()
    {
        var programs = new[] { await World.OpenProgramAsync(licensed: 5), await World.OpenProgramAsync(licensed: 5) };
        var (first, second) = (programs.MinBy(p => Guid.Parse(p.ProgramId)), programs.MaxBy(p => Guid.Parse(p.ProgramId)));
        await World.AdmitNewPersonAsync(first.ProgramId);
        var referral = (await World.ReferEligibleAsync()).Id;
        await World.RunOutAsync((await World.OfferAsync(referral, second.ProgramId)).Offer.Id);
        var ledger = Host.Services.GetRequiredService<CapacityLedger>();
        Task? making = null;
        await World.WriteAsync(async (db, ct) =>
        {
            Interlocked.Increment(ref attempts);
            await ledger.DischargeAsync(db, Guid.Parse(first.SiteId), Guid.Parse(first.ProgramId), ct);
            making = await World.UntilItWaitsAsync(db, () => making ?? MakeAsync(referral, first.ProgramId), ct);
            await ledger.TakeAsync(db, Guid.Parse(second.SiteId), Guid.Parse(second.ProgramId), ct);
            return true;
        });
        await making!;
        attempts.ShouldBe(2, "neither was sent back");
        (await World.CapacityAsync(first.ProgramId)).Held.ShouldBe(1);
        (await World.CapacityAsync(second.ProgramId)).Held.ShouldBe(0);
    }

    private Task MakeAsync(string referral, string program) => World.WriteAsync((db, ct) =>
    {
        Interlocked.Increment(ref attempts);
        return Host.Services.GetRequiredService<OfferMaking>().MakeAsync(
            new Operation<EnrollmentDbContext>(db, new Caller("test", CallerRole.Operator, World.Network, null, null), ct),
            new WantedOffer(Guid.Parse(referral), Guid.Parse(program), 60, ""));
    });
}
