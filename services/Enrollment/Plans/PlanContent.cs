using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Plans;

/// <summary>Where a goal or an objective stands. Numbered as in the API.</summary>
internal enum GoalStatus
{
    /// <summary>Worked on.</summary>
    Active = 1,

    /// <summary>Reached.</summary>
    Met = 2,

    /// <summary>Put off.</summary>
    Deferred = 3,

    /// <summary>Given up.</summary>
    Discontinued = 4,
}

/// <summary>
/// What a treatment plan says: the services in type, amount, frequency and duration, and the goals that they serve (42 CFR
/// 424.24(d)(2) for Medicare). Protected health information.
/// </summary>
/// <param name="HoursPerWeek">Hours of service a week that are planned.</param>
/// <param name="Weeks">For how many weeks.</param>
/// <param name="Problems">What is treated, in order.</param>
internal sealed record PlanContent(int HoursPerWeek, int Weeks, IReadOnlyList<PlanProblem> Problems)
{
    /// <summary>The goals of all problems.</summary>
    public IEnumerable<PlanGoal> Goals => Problems.SelectMany(problem => problem.Goals);

    /// <summary>
    /// SHA-256 over the episode, the version's number and the text, in hexadecimal: what a signature is a signature of. The same
    /// words in another version, or for another person, are another thing to sign.
    /// </summary>
    public static string HashOf(Guid episodeId, int number, string json) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{episodeId:D}\n{number}\n{json}"))));

    /// <summary>As it is kept.</summary>
    public string Write() => DecisionJson.Write(this);
}

/// <summary>A problem.</summary>
/// <param name="Key">Its name in the plan, unlike any other in it, such as P1.</param>
/// <param name="Description">What it is.</param>
/// <param name="Diagnosis">ICD-10-CM without the dot; empty when it is none.</param>
/// <param name="Goals">What is to be reached.</param>
internal sealed record PlanProblem(string Key, string Description, string Diagnosis, IReadOnlyList<PlanGoal> Goals);

/// <summary>A goal.</summary>
/// <param name="Key">Its name in the plan; it keeps it from version to version, so that progress can be followed.</param>
/// <param name="Description">What it is, in the client's words where possible.</param>
/// <param name="TargetOn">By when.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Objectives">The steps to it that can be measured.</param>
internal sealed record PlanGoal(
    string Key, string Description, DateOnly TargetOn, GoalStatus Status, IReadOnlyList<PlanObjective> Objectives);

/// <summary>A step to a goal that can be measured.</summary>
/// <param name="Key">Its name in the plan.</param>
/// <param name="Description">What it is.</param>
/// <param name="TargetOn">By when.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Interventions">What is done for it.</param>
internal sealed record PlanObjective(
    string Key, string Description, DateOnly TargetOn, GoalStatus Status, IReadOnlyList<PlanIntervention> Interventions);

/// <summary>What is done for an objective.</summary>
/// <param name="Key">Its name in the plan.</param>
/// <param name="Description">What it is: a kind of service.</param>
/// <param name="Frequency">How often and how long: 3 times a week, 3 hours.</param>
/// <param name="Owner">Who does it, by name or position.</param>
/// <param name="TargetOn">Until when.</param>
internal sealed record PlanIntervention(string Key, string Description, string Frequency, string Owner, DateOnly TargetOn);
