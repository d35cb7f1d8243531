using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Episodes;

/// <summary>Decides by rule pack what an episode needs decided, and records it.</summary>
internal sealed class EpisodeRules(EnrollmentRules rules)
{
    private static readonly LeavePlaceRule Leave = new();
    private static readonly FollowUpRule FollowUp = new();

    /// <summary>Whether a leave keeps the place.</summary>
    public async Task<bool> KeepsPlaceAsync(EnrollmentDbContext db, Episode episode, LeaveFacts facts, CancellationToken cancellationToken)
    {
        var about = await AboutAsync(db, episode, facts.From, cancellationToken);
        return db.Decide(Leave, await rules.ForAsync(db, cancellationToken), about, facts).Outcome.Kept;
    }

    /// <summary>Days after the discharge at which contacts are due.</summary>
    public async Task<IReadOnlyList<int>> FollowUpDaysAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken)
    {
        var about = await AboutAsync(db, episode, episode.DischargedOn!.Value, cancellationToken);
        var facts = new FollowUpFacts(episode.Disposition!.Value);
        return db.Decide(FollowUp, await rules.ForAsync(db, cancellationToken), about, facts).Outcome.Days;
    }

    private static async Task<DecisionAbout> AboutAsync(
        EnrollmentDbContext db, Episode episode, DateOnly day, CancellationToken cancellationToken)
    {
        var place = await (
            from program in db.Programs
            join site in db.Sites on program.SiteId equals site.Id
            where program.Id == episode.ProgramId
            select new { site.State, program.Track }).SingleAsync(cancellationToken);
        return new DecisionAbout(
            episode.Id, episode.SiteId, episode.ProgramId, new RuleScope(place.State, place.Track, episode.Level), day,
            episode.PersonId);
    }
}
