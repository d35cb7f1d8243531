using Grpc.Core;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Episodes;

/// <summary>Steps in the course of an episode, by the operator where nobody else is named.</summary>
internal static class Course
{
    public static EpisodeChangeService.EpisodeChangeServiceClient Changes(this World world) => new(world.Host.Channel);

    public static AftercareService.AftercareServiceClient Aftercare(this World world) => new(world.Host.Channel);

    public static ReportService.ReportServiceClient Reports(this World world) => new(world.Host.Channel);

    /// <summary>An episode that began so many days ago.</summary>
    public static async Task<V1.Episode> AdmitSinceAsync(this World world, string programId, int daysAgo, Referral? referral = null)
    {
        referral ??= await world.ReferEligibleAsync();
        var offer = (await world.OfferAsync(referral.Id, programId)).Offer;
        return (await world.Episodes.AdmitAsync(
            new AdmitRequest
            {
                RequestId = World.NewId(), OfferId = offer.Id, AdmittedOn = World.Today(-daysAgo), BackdatingReason = daysAgo > 0 ? "Recorded late." : "",
            },
            world.Operator)).Episode;
    }

    /// <summary>Another eligible referral of a person who is known.</summary>
    public static async Task<Referral> ReferAgainAsync(this World world, string personId)
    {
        var referral = (await world.Referrals.CreateReferralAsync(
            new CreateReferralRequest
            {
                RequestId = World.NewId(), Person = new Person { Id = personId }, Source = ReferralSource.Php, ReferredOn = World.Today(-1),
            },
            world.Operator)).Referral;
        await world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator);
        return referral;
    }

    public static AsyncUnaryCall<TransferEpisodeResponse> TransferAsync(
        this World world, V1.Episode episode, string programId, int daysAgo = 0, Metadata? headers = null, string? requestId = null) =>
        world.Changes().TransferEpisodeAsync(
            new TransferEpisodeRequest
            {
                RequestId = requestId ?? World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, ProgramId = programId,
                On = World.Today(-daysAgo), Reason = "Moved house.",
            },
            headers ?? world.Operator);

    public static AsyncUnaryCall<ChangeLevelResponse> ChangeLevelAsync(this World world, V1.Episode episode, LevelOfCare level, int daysAgo = 0) =>
        world.Changes().ChangeLevelAsync(
            new ChangeLevelRequest
            {
                RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, Level = level, On = World.Today(-daysAgo), Reason = "Progress.",
            },
            world.Operator);

    public static AsyncUnaryCall<StartLeaveResponse> StartLeaveAsync(
        this World world, V1.Episode episode, int daysAgo = 0, V1.LeavePlace place = V1.LeavePlace.Unspecified, int? back = null) =>
        world.Changes().StartLeaveAsync(
            new StartLeaveRequest
            {
                RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, On = World.Today(-daysAgo), Place = place,
                ExpectedReturn = back is { } days ? World.Today(days) : "", Reason = "Family.",
            },
            world.Operator);

    public static AsyncUnaryCall<EndLeaveResponse> EndLeaveAsync(this World world, V1.Episode episode, int daysAgo = 0) =>
        world.Changes().EndLeaveAsync(
            new EndLeaveRequest { RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, On = World.Today(-daysAgo) },
            world.Operator);

    public static AsyncUnaryCall<DischargeResponse> DischargeOnAsync(
        this World world, V1.Episode episode, int daysAgo, V1.Disposition disposition = V1.Disposition.Completed, V1.AftercareItems? items = null) =>
        world.Episodes.DischargeAsync(
            new DischargeRequest
            {
                RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, DischargedOn = World.Today(-daysAgo),
                Disposition = disposition, AftercarePlan = "Weekly group.", Aftercare = items,
            },
            world.Operator);

    public static AsyncUnaryCall<ReinstateResponse> ReinstateAsync(this World world, V1.Episode episode) =>
        world.Changes().ReinstateAsync(
            new ReinstateRequest { RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, Reason = "The wrong person." },
            world.Operator);

    public static async Task<GetEpisodeHistoryResponse> HistoryAsync(this World world, string episodeId, Metadata? headers = null) =>
        await world.Changes().GetEpisodeHistoryAsync(new GetEpisodeHistoryRequest { EpisodeId = episodeId }, headers ?? world.Operator);
}
