using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Assessments;

/// <summary>Section <c>assessment</c>: which assessment an admission needs beyond the answers that made its referral eligible.</summary>
/// <param name="AsamRequired">Whether an assessment by the ASAM Criteria is needed.</param>
/// <param name="ValidDays">Days for which it holds.</param>
/// <param name="Source">Who asks for it.</param>
internal sealed record AssessmentRules(bool AsamRequired, int ValidDays, string Source) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors) => errors.Range(ValidDays, "validDays", 1, 366);
}

/// <summary>Whether a person was assessed as an admission needs it.</summary>
internal enum Assessed
{
    /// <summary>As needed, or nothing is needed.</summary>
    Enough = 1,

    /// <summary>Never, or too long ago.</summary>
    Missing = 2,

    /// <summary>Another level of care was chosen than the program's.</summary>
    OtherLevel = 3,
}

/// <summary>What is known of a person's newest ASAM assessment at an admission.</summary>
/// <param name="DaysAgo">Days since it was made; null when there is none.</param>
/// <param name="Chosen">The level that was chosen; null when there is none.</param>
/// <param name="Level">Level of the program.</param>
internal sealed record AssessedFacts(int? DaysAgo, LevelOfCare? Chosen, LevelOfCare Level)
{
    /// <summary>The facts of an admission on a day.</summary>
    public static AssessedFacts On(DateOnly day, DateOnly? assessedOn, LevelOfCare? chosen, LevelOfCare level) =>
        new(assessedOn is { } on ? day.DayNumber - on.DayNumber : null, chosen, level);
}

/// <summary>Decides whether a person was assessed as the program's rules ask.</summary>
internal sealed class AssessedRule : DecisionRule<AssessedFacts, Assessed>
{
    /// <inheritdoc/>
    public override string Kind => "episode.assessed";

    /// <inheritdoc/>
    public override Decided<Assessed> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, AssessedFacts facts)
    {
        var rules = set.Section(r => r.Assessment, scope, day);
        var outcome = !rules.Rule.AsamRequired ? Assessed.Enough
            : facts.DaysAgo is not { } days || days > rules.Rule.ValidDays ? Assessed.Missing
            : facts.Chosen != facts.Level ? Assessed.OtherLevel
            : Assessed.Enough;
        return new Decided<Assessed>(outcome, rules.Pack);
    }
}

/// <summary>Holds the rule that nobody is admitted who was not assessed as the program's state and payers ask.</summary>
internal sealed class AdmissionAssessment(EnrollmentRules rules, AssessedRule rule)
{
    private static readonly DomainError Missing = DomainError.Precondition(
        "ASSESSMENT_MISSING", "This program admits after an assessment by the ASAM Criteria that is not too old. Record one first.");

    private static readonly DomainError OtherLevel = DomainError.Precondition(
        "ASSESSMENT_OTHER_LEVEL", "The newest ASAM assessment chose another level of care than the program's. Assess again, or refer there.");

    /// <summary>Refuses a day of admission without the assessment that it needs, and records by which rules it was decided.</summary>
    /// <param name="db">The transaction of the admission or of its correction.</param>
    /// <param name="episodeId">The episode.</param>
    /// <param name="personId">The person.</param>
    /// <param name="programId">The program of the admission.</param>
    /// <param name="day">Site-local day of the admission.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION.</exception>
    public async Task RequireAssessedAsync(
        EnrollmentDbContext db, Guid episodeId, Guid personId, Guid programId, DateOnly day, CancellationToken cancellationToken)
    {
        var known = await (
            from program in db.Programs
            join site in db.Sites on program.SiteId equals site.Id
            where program.Id == programId
            select new { program.SiteId, site.State, program.Track, program.Level }).SingleAsync(cancellationToken);
        var newest = await db.AsamAssessments.NewestUntil(personId, day)
            .Select(a => new { a.AssessedOn, a.ChosenCare })
            .FirstOrDefaultAsync(cancellationToken);
        var about = new DecisionAbout(
            episodeId, known.SiteId, programId, new RuleScope(known.State, known.Track, known.Level), day, personId);
        await RequireAssessedAsync(db, about, AssessedFacts.On(day, newest?.AssessedOn, newest?.ChosenCare, known.Level), cancellationToken);
    }

    /// <summary>Refuses an admission without the assessment that it needs, and records by which rules it was decided.</summary>
    /// <param name="db">The transaction of the admission.</param>
    /// <param name="about">The episode that is to begin, and the site-local day of the admission.</param>
    /// <param name="facts">What is known of the person's newest assessment until then.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION.</exception>
    public async Task RequireAssessedAsync(
        EnrollmentDbContext db, DecisionAbout about, AssessedFacts facts, CancellationToken cancellationToken)
    {
        switch (db.Decide(rule, await rules.ForAsync(db, cancellationToken), about, facts).Outcome)
        {
            case Assessed.Missing:
                throw Missing.ToException();
            case Assessed.OtherLevel:
                throw OtherLevel.ToException();
        }
    }
}

/// <summary>Asks for assessments.</summary>
internal static class AsamQueries
{
    /// <summary>A person's assessments until a day, the newest first.</summary>
    public static IQueryable<AsamAssessment> NewestUntil(this IQueryable<AsamAssessment> assessments, Guid personId, DateOnly day) =>
        assessments
            .Where(a => a.PersonId == personId && a.AssessedOn <= day)
            .OrderByDescending(a => a.AssessedOn)
            .ThenByDescending(a => a.Id);
}
