using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Support;

namespace Platform.Enrollment.Waitlist;

/// <summary>What tests do with the waitlist.</summary>
internal static class WaitlistWorld
{
    public static WaitlistService.WaitlistServiceClient Waitlist(this World world) => new(world.Host.Channel);

    public static OfferService.OfferServiceClient Offers(this World world) => new(world.Host.Channel);

    public static AsyncUnaryCall<JoinWaitlistResponse> JoinAsync(
        this World world, string referralId, string programId, params V1.WaitlistFact[] facts) =>
        world.Waitlist().JoinWaitlistAsync(
            new JoinWaitlistRequest { RequestId = World.NewId(), ReferralId = referralId, ProgramId = programId, Facts = { facts } },
            world.Operator);

    /// <summary>A new person who waits for a program.</summary>
    public static async Task<V1.WaitlistEntry> JoinNewPersonAsync(this World world, string programId, params V1.WaitlistFact[] facts) =>
        (await world.JoinAsync((await world.ReferEligibleAsync()).Id, programId, facts)).Entry;

    /// <summary>A new person who waits for any program of some sites.</summary>
    public static async Task<V1.WaitlistEntry> JoinNewPersonAnywhereAsync(
        this World world, IEnumerable<string> sites, V1.WaitlistCriteria? criteria = null)
    {
        var request = new JoinWaitlistRequest
        {
            RequestId = World.NewId(),
            ReferralId = (await world.ReferEligibleAsync()).Id,
            Sites = new WaitlistSites { SiteIds = { sites } },
            Criteria = criteria,
        };
        return (await world.Waitlist().JoinWaitlistAsync(request, world.Operator)).Entry;
    }

    public static async Task<GetWaitlistPositionResponse> PositionAsync(this World world, string entryId) =>
        await world.Waitlist().GetWaitlistPositionAsync(new() { EntryId = entryId }, world.Operator);

    /// <summary>Waits until a place is held for an entry.</summary>
    public static async Task<V1.Offer> OfferedAsync(this World world, V1.WaitlistEntry entry)
    {
        var offered = await Eventually.GivesAsync(
            async () => (await world.PositionAsync(entry.Id)).Entry is { Status: V1.WaitlistStatus.Offered } found ? found : null,
            "the waitlist to offer a place");
        return (await world.Offers().GetOfferAsync(new() { OfferId = offered.OfferId }, world.Operator)).Offer;
    }

    public static AsyncUnaryCall<DeclineOfferResponse> DeclineAsync(this World world, string offerId, string reason = "too far") =>
        world.Offers().DeclineOfferAsync(new() { RequestId = World.NewId(), OfferId = offerId, Reason = reason }, world.Operator);

    public static AsyncUnaryCall<AcceptOfferResponse> AcceptAsync(this World world, string offerId) =>
        world.Offers().AcceptOfferAsync(new() { RequestId = World.NewId(), OfferId = offerId }, world.Operator);

    public static AsyncUnaryCall<SkipWaitlistEntryResponse> SkipAsync(this World world, string entryId) =>
        world.Waitlist().SkipWaitlistEntryAsync(
            new() { RequestId = World.NewId(), EntryId = entryId, Reason = "travels this week" }, world.Operator);

    public static AsyncUnaryCall<LeaveWaitlistResponse> LeaveAsync(this World world, string entryId) =>
        world.Waitlist().LeaveWaitlistAsync(
            new() { RequestId = World.NewId(), EntryId = entryId, Reason = "moved away" }, world.Operator);

    /// <summary>The person says no, and waits no longer.</summary>
    public static async Task LeaveAfterDeclineAsync(this World world, V1.WaitlistEntry entry, V1.Offer offer)
    {
        await world.DeclineAsync(offer.Id);
        await world.LeaveAsync(entry.Id);
    }

    public static async Task<V1.WaitlistStatus> StatusAsync(this World world, V1.WaitlistEntry entry) =>
        (await world.PositionAsync(entry.Id)).Entry.Status;
}
