using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Plans;

/// <summary>Turns what a caller says of a plan into <see cref="PlanContent"/>, with the path of whatever is wrong, and back.</summary>
internal sealed partial class PlanContentReader
{
    private const int MostOfAKind = 20;
    private const int LongestText = 2000;

    private readonly Validation _validation;
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    private PlanContentReader(Validation validation) => _validation = validation;

    /// <summary>Reads a plan; nothing may use it when the validation has found something.</summary>
    public static PlanContent Read(V1.PlanContent? content, Validation validation)
    {
        var given = content ?? new V1.PlanContent();
        var reader = new PlanContentReader(validation);
        return new PlanContent(
            validation.Number(given.HoursPerWeek, "content.hours_per_week", 1, 60),
            validation.Number(given.Weeks, "content.weeks", 1, 104),
            reader.All(given.Problems, "content.problems", reader.Problem));
    }

    /// <summary>A plan as the API shows it.</summary>
    public static V1.PlanContent Message(PlanContent content) => new()
    {
        HoursPerWeek = content.HoursPerWeek,
        Weeks = content.Weeks,
        Problems = { content.Problems.Select(Message) },
    };

    private PlanProblem Problem(V1.PlanProblem problem, string path)
    {
        var diagnosis = problem.Diagnosis.Replace(".", string.Empty, StringComparison.Ordinal).Trim().ToUpperInvariant();
        _validation.Require(diagnosis.Length == 0 || DiagnosisCode().IsMatch(diagnosis), $"{path}.diagnosis", "is not an ICD-10-CM code");
        return new PlanProblem(
            Key(problem.Key, path),
            _validation.Narrative(problem.Description, $"{path}.description", LongestText),
            diagnosis,
            All(problem.Goals, $"{path}.goals", Goal));
    }

    private PlanGoal Goal(V1.PlanGoal goal, string path) => new(
        Key(goal.Key, path),
        _validation.Narrative(goal.Description, $"{path}.description", LongestText),
        _validation.Day(goal.TargetOn, $"{path}.target_on"),
        (GoalStatus)_validation.Choice(goal.Status, $"{path}.status"),
        All(goal.Objectives, $"{path}.objectives", Objective));

    private PlanObjective Objective(V1.PlanObjective objective, string path) => new(
        Key(objective.Key, path),
        _validation.Narrative(objective.Description, $"{path}.description", LongestText),
        _validation.Day(objective.TargetOn, $"{path}.target_on"),
        (GoalStatus)_validation.Choice(objective.Status, $"{path}.status"),
        All(objective.Interventions, $"{path}.interventions", Intervention));

    private PlanIntervention Intervention(V1.PlanIntervention intervention, string path) => new(
        Key(intervention.Key, path),
        _validation.Narrative(intervention.Description, $"{path}.description", LongestText),
        _validation.Text(intervention.Frequency, $"{path}.frequency"),
        _validation.Text(intervention.Owner, $"{path}.owner"),
        _validation.Day(intervention.TargetOn, $"{path}.target_on"));

    private string Key(string key, string path)
    {
        _validation.Require(PlanKey().IsMatch(key), $"{path}.key", "must be 1 to 20 letters, digits, dots or dashes");
        _validation.Require(_keys.Add(key), $"{path}.key", "stands twice in the plan");
        return key;
    }

    private List<TTo> All<TFrom, TTo>(RepeatedField<TFrom> given, string path, Func<TFrom, string, TTo> read)
    {
        _validation.Require(given.Count > 0, path, "is required");
        _validation.Require(given.Count <= MostOfAKind, path, $"has more than {MostOfAKind}");
        return [.. given.Take(MostOfAKind).Select((item, i) => read(item, $"{path}[{i}]"))];
    }

    private static V1.PlanProblem Message(PlanProblem problem) => new()
    {
        Key = problem.Key,
        Description = problem.Description,
        Diagnosis = problem.Diagnosis,
        Goals = { problem.Goals.Select(Message) },
    };

    private static V1.PlanGoal Message(PlanGoal goal) => new()
    {
        Key = goal.Key,
        Description = goal.Description,
        TargetOn = goal.TargetOn.ToIso(),
        Status = (V1.GoalStatus)goal.Status,
        Objectives = { goal.Objectives.Select(Message) },
    };

    private static V1.PlanObjective Message(PlanObjective objective) => new()
    {
        Key = objective.Key,
        Description = objective.Description,
        TargetOn = objective.TargetOn.ToIso(),
        Status = (V1.GoalStatus)objective.Status,
        Interventions =
        {
            objective.Interventions.Select(intervention => new V1.PlanIntervention
            {
                Key = intervention.Key,
                Description = intervention.Description,
                Frequency = intervention.Frequency,
                Owner = intervention.Owner,
                TargetOn = intervention.TargetOn.ToIso(),
            }),
        },
    };

    [GeneratedRegex(@"^[A-Za-z0-9.-]{1,20}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlanKey();

    /// <summary>ICD-10-CM: a letter, a digit, a digit or letter, and up to four more.</summary>
    [GeneratedRegex("^[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DiagnosisCode();
}
