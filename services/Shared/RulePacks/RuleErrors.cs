using System.Globalization;
using Platform.Shared.Errors;

namespace Platform.Shared.RulePacks;

/// <summary>Collects what is wrong with a pack, each with its JSON path, so that its author sees all of it at once.</summary>
public sealed class RuleErrors
{
    private readonly string _path;
    private readonly List<FieldViolation> _found;

    /// <summary>Begins at the root, <c>$</c>.</summary>
    public RuleErrors()
        : this("$", [])
    {
    }

    private RuleErrors(string path, List<FieldViolation> found)
    {
        _path = path;
        _found = found;
    }

    /// <summary>What is wrong so far, anywhere in the pack.</summary>
    public IReadOnlyList<FieldViolation> Found => _found;

    /// <summary>The errors of a member, with their paths below it.</summary>
    public RuleErrors At(string member) => new($"{_path}.{member}", _found);

    /// <summary>The errors of an item of a list, with their paths below it.</summary>
    public RuleErrors At(int index) => new(string.Create(CultureInfo.InvariantCulture, $"{_path}[{index}]"), _found);

    /// <summary>Notes that what lies here is wrong.</summary>
    public void Fail(string description) => _found.Add(new FieldViolation(_path, description));

    /// <summary>Notes that a member is wrong unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string member, string description)
    {
        if (!holds)
        {
            At(member).Fail(description);
        }
    }

    /// <summary>Notes that a member is wrong unless it lies within bounds.</summary>
    public void Range(int value, string member, int minimum, int maximum) =>
        Require(value >= minimum && value <= maximum, member, $"must be from {minimum} to {maximum}");
}
