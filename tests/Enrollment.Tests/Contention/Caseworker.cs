using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Contention;

/// <summary>
/// One of many who work at once: takes random steps with a person of its own, from referral to discharge. A call that is not
/// answered is repeated with its request id, as a client should, until it is.
/// </summary>
internal sealed class Caseworker(
    IReadOnlyList<GrpcChannel> channels, Metadata headers, PlacesDatabase database,
    IReadOnlyList<(string SiteId, string ProgramId)> places, ConcurrentQueue<string> referrals, ConcurrentDictionary<string, int> outcomes, int number)
{
    /// <summary>What another one, or the clock, may have done before: the step is then in vain and nothing is wrong.</summary>
    private static readonly HashSet<string> InVain =
    [
        "PROGRAM_FULL", "PROGRAM_HAS_WAITLIST", "OFFER_OPEN", "OFFER_LAPSED", "OFFER_RELEASED", "OFFER_DECLINED", "WAITLIST_ENTRY_NOT_WAITING",
    ];

    private readonly Random random = new(number);
    private string referral = "";
    private string? offer;
    private string? entry;
    private Episode? episode;

    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (referral.Length == 0 && !referrals.TryDequeue(out referral!))
                throw new InvalidOperationException("too few persons for the load");
            if (episode is not null)
                await InCareAsync();
            else if (offer is not null)
                await OfferedAsync();
            else if (entry is not null)
                await WaitingAsync();
            else
                await ReferredAsync();
        }
    }

    private (string SiteId, string ProgramId) Any => places[random.Next(places.Count)];

    private async Task ReferredAsync()
    {
        if (random.Next(2) == 0)
        {
            var request = new OfferPlaceRequest { RequestId = World.NewId(), ReferralId = referral, ProgramId = Any.ProgramId, Minutes = 30 };
            offer = (await TryAsync(request, (c, r, o) => new PlacementService.PlacementServiceClient(c).OfferPlaceAsync(r, o)))?.Offer.Id;
            return;
        }
        var join = new JoinWaitlistRequest { RequestId = World.NewId(), ReferralId = referral };
        if (random.Next(3) == 0)
            join.Sites = new WaitlistSites { SiteIds = { places.Take(random.Next(1, places.Count + 1)).Select(place => place.SiteId) } };
        else
            join.ProgramId = Any.ProgramId;
        if (random.Next(4) == 0)
            join.Facts.Add(random.Next(2) == 0 ? WaitlistFact.Pregnant : WaitlistFact.InjectsDrugs);
        entry = (await TryAsync(join, (c, r, o) => new WaitlistService.WaitlistServiceClient(c).JoinWaitlistAsync(r, o)))?.Entry.Id;
    }

    private async Task WaitingAsync()
    {
        switch (random.Next(40))
        {
            case 0:
                await TryAsync(
                    new SkipWaitlistEntryRequest { RequestId = World.NewId(), EntryId = entry, Reason = "away" },
                    (c, r, o) => new WaitlistService.WaitlistServiceClient(c).SkipWaitlistEntryAsync(r, o));
                break;
            case 1:
                await TryAsync(
                    new LeaveWaitlistRequest { RequestId = World.NewId(), EntryId = entry, Reason = "moved away" },
                    (c, r, o) => new WaitlistService.WaitlistServiceClient(c).LeaveWaitlistAsync(r, o));
                break;
            case 2:
                await TryAsync(
                    new GetWaitlistPositionRequest { EntryId = entry },
                    (c, r, o) => new WaitlistService.WaitlistServiceClient(c).GetWaitlistPositionAsync(r, o));
                break;
            default:
                // Asked of the rows and not of the service, which has enough to do.
                var (status, offered) = await database.EntryAsync(entry!);
                offer = status == "Offered" ? offered : null;
                entry = status == "Removed" ? null : entry;
                await Task.Delay(offer is null ? random.Next(100, 500) : 0);
                break;
        }
    }

    private async Task OfferedAsync()
    {
        var id = offer;
        switch (random.Next(10))
        {
            case 0 or 1:
                await TryAsync(
                    new DeclineOfferRequest { RequestId = World.NewId(), OfferId = id, Reason = "too far" },
                    (c, r, o) => new OfferService.OfferServiceClient(c).DeclineOfferAsync(r, o));
                offer = null;
                break;
            case 2:
                await TryAsync(
                    new ReleaseOfferRequest { RequestId = World.NewId(), OfferId = id },
                    (c, r, o) => new PlacementService.PlacementServiceClient(c).ReleaseOfferAsync(r, o));
                offer = null;
                break;
            case 3:
                await database.RunOutAsync(id!);
                offer = null;
                break;
            case 4:
                if (await TryAsync(
                    new AcceptOfferRequest { RequestId = World.NewId(), OfferId = id },
                    (c, r, o) => new OfferService.OfferServiceClient(c).AcceptOfferAsync(r, o)) is null)
                    offer = null;
                break;
            default:
                episode = (await TryAsync(
                    new AdmitRequest { RequestId = World.NewId(), OfferId = id, AdmittedOn = World.Today() },
                    (c, r, o) => new EpisodeService.EpisodeServiceClient(c).AdmitAsync(r, o)))?.Episode;
                offer = null;
                break;
        }
    }

    private async Task InCareAsync()
    {
        if (random.Next(3) == 0)
        {
            var to = Any.ProgramId;
            if (to == episode!.ProgramId)
                return;
            var moved = await TryAsync(
                new TransferEpisodeRequest
                {
                    RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, ProgramId = to, On = World.Today(), Reason = "nearer",
                },
                (c, r, o) => new EpisodeChangeService.EpisodeChangeServiceClient(c).TransferEpisodeAsync(r, o));
            episode = moved?.Episode ?? episode;
            return;
        }
        await TryAsync(
            new DischargeRequest
            {
                RequestId = World.NewId(), EpisodeId = episode!.Id, Etag = episode.Etag, DischargedOn = World.Today(),
                Disposition = Disposition.Completed, AftercarePlan = "Weekly group.",
            },
            (c, r, o) => new EpisodeService.EpisodeServiceClient(c).DischargeAsync(r, o));
        (episode, entry, referral) = (null, null, "");
    }

    private async Task<TResponse?> TryAsync<TRequest, TResponse>(
        TRequest request, Func<GrpcChannel, TRequest, CallOptions, AsyncUnaryCall<TResponse>> call)
        where TResponse : class
    {
        var giveUp = DateTime.UtcNow.AddSeconds(180);
        for (var attempt = number; ; attempt++)
        {
            try
            {
                Count(typeof(TRequest).Name);
                return await call(channels[attempt % channels.Count], request, new CallOptions(headers, DateTime.UtcNow.AddSeconds(60)));
            }
            catch (RpcException e) when (e.ToDomainError() is { } error && InVain.Contains(error.Code))
            {
                Count(error.Code);
                return null;
            }
            catch (RpcException e) when (
                e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded
                || (e.StatusCode == StatusCode.Internal && e.ToDomainError() is null && e.Status.DebugException is not null))
            {
                // The process died with the call, or its part did; of what it did, the request id tells the next one.
                if (DateTime.UtcNow > giveUp)
                    throw;
                Count("repeated");
                await Task.Delay(random.Next(20, 200));
            }
        }
    }

    private void Count(string what) => outcomes.AddOrUpdate(what, 1, (_, count) => count + 1);
}
