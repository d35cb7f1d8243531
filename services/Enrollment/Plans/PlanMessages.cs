using Google.Protobuf.WellKnownTypes;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Paging;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Plans;

/// <summary>Plans and what keeps them current, as the API shows them.</summary>
internal static class PlanMessages
{
    /// <summary>A version with its signatures.</summary>
    public static V1.PlanVersion Of(PlanVersion version, IEnumerable<PlanSignature> signatures) => new()
    {
        EpisodeId = version.EpisodeId.ToString(),
        Number = version.Number,
        Status = (V1.PlanStatus)version.Status,
        Hash = version.Hash,
        WrittenBy = version.WrittenBy,
        WrittenAt = version.WrittenAt.ToTimestamp(),
        SignedOn = version.SignedOn.ToIso(),
        Signatures =
        {
            signatures.OrderBy(s => s.Role).Select(s => new V1.PlanSignature
            {
                Role = (V1.SignerRole)s.Role,
                Name = s.Name,
                Npi = s.Npi,
                SignedOn = s.SignedOn.ToIso(),
                Hash = s.Hash,
                RecordedBy = s.RecordedBy,
                RecordedAt = s.RecordedAt.ToTimestamp(),
            }),
        },
        Etag = Etag.Of(version.Version),
    };

    /// <summary>A review.</summary>
    public static V1.PlanReview Of(PlanReview review) => new()
    {
        Id = review.Id.ToString(),
        EpisodeId = review.EpisodeId.ToString(),
        PlanNumber = review.PlanNumber,
        ReviewedOn = review.ReviewedOn.ToIso(),
        ReviewedBy = review.ReviewedBy,
        Outcome = (V1.ReviewOutcome)review.Outcome,
        Goals =
        {
            DecisionJson.Read<List<GoalReview>>(review.Goals).Select(goal => new V1.GoalReview
            {
                Goal = goal.Key,
                Progress = (V1.GoalProgress)goal.Progress,
                Note = goal.Note,
            }),
        },
        Note = review.Note,
        RecordedBy = review.RecordedBy,
    };

    /// <summary>A certification.</summary>
    public static V1.Certification Of(Certification certification) => new()
    {
        Id = certification.Id.ToString(),
        EpisodeId = certification.EpisodeId.ToString(),
        Recertification = certification.IsRecertification,
        CertifiedOn = certification.CertifiedOn.ToIso(),
        PhysicianName = certification.PhysicianName,
        PhysicianNpi = certification.PhysicianNpi,
        HoursPerWeek = certification.HoursPerWeek,
        Statement = certification.Statement,
        PlanNumber = certification.PlanNumber,
        Pack = certification.Pack,
        RecordedBy = certification.RecordedBy,
    };

    /// <summary>Something that is due.</summary>
    /// <param name="due">What.</param>
    /// <param name="now">By which it is judged whether it is overdue.</param>
    public static V1.PlanDue Of(PlanDue due, DateTimeOffset now) => new()
    {
        EpisodeId = due.EpisodeId.ToString(),
        SiteId = due.SiteId.ToString(),
        Kind = (V1.DueKind)due.Kind,
        DueOn = due.DueOn.ToIso(),
        Overdue = due.OverdueAt <= now,
        Pack = due.Pack,
    };

    /// <summary>What is due for an episode, and what that follows from.</summary>
    public static V1.PlanSchedule Of(Guid episodeId, EpisodePlan? plan, IEnumerable<PlanDue> due, DateTimeOffset now) => new()
    {
        EpisodeId = episodeId.ToString(),
        PayerKinds = { PlanSchedule.KindsOf(plan).Select(kind => (V1.PayerKind)kind) },
        FirstSignedOn = (plan?.FirstSignedOn).ToIso(),
        LastReviewedOn = (plan?.LastReviewedOn).ToIso(),
        LastCertifiedOn = (plan?.LastCertifiedOn).ToIso(),
        Due = { due.OrderBy(d => d.Kind).Select(d => Of(d, now)) },
        Etag = Etag.Of(plan?.Version ?? 0),
    };

    /// <summary>Refuses a caller who is no clinician: nobody signs for one.</summary>
    /// <exception cref="Shared.Errors.DomainException">PERMISSION_DENIED.</exception>
    public static void RequireClinician(this Caller caller)
    {
        if (caller.Role != CallerRole.Clinician)
        {
            throw PlanErrors.NotClinician.ToException();
        }
    }
}
