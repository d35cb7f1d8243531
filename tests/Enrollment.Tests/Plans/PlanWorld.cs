using Grpc.Core;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.PlanJourneys;

/// <summary>What is done with treatment plans.</summary>
internal static class PlanWorld
{
    public static PlanService.PlanServiceClient Plans(this World world) => new(world.Host.Channel);

    public static PlanReviewService.PlanReviewServiceClient Reviews(this World world) => new(world.Host.Channel);

    public static PlanDueService.PlanDueServiceClient Due(this World world) => new(world.Host.Channel);

    public static Metadata Clinician(this World world) => world.Tokens.Clinician(world.Network);

    /// <summary>An episode that began some days ago, with its program.</summary>
    public static async Task<Episode> AdmitAsync(this World world, int daysAgo, string? program = null)
    {
        program ??= (await world.OpenProgramAsync(licensed: 5)).ProgramId;
        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        var request = new AdmitRequest
        {
            RequestId = World.NewId(), OfferId = offer.Id, AdmittedOn = World.Today(-daysAgo), BackdatingReason = daysAgo > 0 ? "entered late" : "",
        };
        return (await world.Episodes.AdmitAsync(request, world.Operator)).Episode;
    }

    public static PlanContent Content(string description = "Drinks daily") => new()
    {
        HoursPerWeek = 9,
        Weeks = 12,
        Problems =
        {
            new PlanProblem
            {
                Key = "P1",
                Description = description,
                Diagnosis = "F10.20",
                Goals =
                {
                    new PlanGoal
                    {
                        Key = "G1",
                        Description = "I want to be sober for my children",
                        TargetOn = World.Today(90),
                        Status = GoalStatus.Active,
                        Objectives =
                        {
                            new PlanObjective
                            {
                                Key = "O1",
                                Description = "Thirty days without a drink",
                                TargetOn = World.Today(40),
                                Status = GoalStatus.Active,
                                Interventions =
                                {
                                    new PlanIntervention
                                    {
                                        Key = "I1", Description = "Group therapy", Frequency = "3 times a week, 3 hours", Owner = "Counselor", TargetOn = World.Today(80),
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    };

    public static AsyncUnaryCall<SavePlanDraftResponse> WriteAsync(this World world, Episode episode, PlanContent? content = null, string etag = "", Metadata? headers = null) =>
        world.Plans().SavePlanDraftAsync(
            new() { RequestId = World.NewId(), EpisodeId = episode.Id, Content = content ?? Content(), Etag = etag }, headers ?? world.Operator);

    public static AsyncUnaryCall<SignPlanResponse> SignAsync(this World world, PlanVersion plan, SignerRole role, string? hash = null, Metadata? headers = null) =>
        world.Plans().SignPlanAsync(
            new()
            {
                RequestId = World.NewId(),
                EpisodeId = plan.EpisodeId,
                Number = plan.Number,
                Hash = hash ?? plan.Hash,
                Role = role,
                Name = $"A {role}",
                Npi = role == SignerRole.Physician ? Npi : "",
                SignedOn = World.Today(),
            },
            headers ?? world.Clinician());

    public const string Npi = "1234567893";

    /// <summary>A plan that client and clinician signed today.</summary>
    public static async Task<PlanVersion> PutInForceAsync(this World world, Episode episode)
    {
        var plan = (await world.WriteAsync(episode)).Plan;
        await world.SignAsync(plan, SignerRole.Client);
        return (await world.SignAsync(plan, SignerRole.Clinician)).Plan;
    }

    public static AsyncUnaryCall<RecordReviewResponse> ReviewAsync(this World world, Episode episode, string on, params string[] goals) =>
        world.Reviews().RecordReviewAsync(
            new()
            {
                RequestId = World.NewId(),
                EpisodeId = episode.Id,
                ReviewedOn = on,
                ReviewedBy = "A Clinician",
                Outcome = ReviewOutcome.Continue,
                Goals = { goals.Select(goal => new GoalReview { Goal = goal, Progress = GoalProgress.Some }) },
            },
            world.Operator);

    public static AsyncUnaryCall<CertifyEpisodeResponse> CertifyAsync(this World world, Episode episode, string on, int hours = 9, Metadata? headers = null) =>
        world.Reviews().CertifyEpisodeAsync(
            new()
            {
                RequestId = World.NewId(),
                EpisodeId = episode.Id,
                CertifiedOn = on,
                PhysicianName = "A Physician",
                PhysicianNpi = Npi,
                HoursPerWeek = hours,
                Statement = "Needs nine hours a week.",
            },
            headers ?? world.Clinician());

    public static async Task<PlanSchedule> ScheduleAsync(this World world, Episode episode) =>
        (await world.Due().GetScheduleAsync(new() { EpisodeId = episode.Id }, world.Operator)).Schedule;

    public static async Task<PlanSchedule> PaidByAsync(this World world, Episode episode, params PayerKind[] kinds)
    {
        var request = new SetPayerKindsRequest
        {
            RequestId = World.NewId(), EpisodeId = episode.Id, PayerKinds = { kinds }, Etag = (await world.ScheduleAsync(episode)).Etag,
        };
        return (await world.Due().SetPayerKindsAsync(request, world.Operator)).Schedule;
    }

    /// <summary>What is due, as kind, day and whether it is overdue.</summary>
    public static async Task<IReadOnlyList<(DueKind Kind, string On, bool Overdue)>> DueAsync(this World world, int withinDays = 90, string site = "", Metadata? headers = null) =>
        [.. (await world.Due().ListOverdueAsync(new() { SiteId = site, WithinDays = withinDays }, headers ?? world.Operator)).Due.Select(d => (d.Kind, d.DueOn, d.Overdue))];
}
