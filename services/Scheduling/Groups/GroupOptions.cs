namespace Platform.Scheduling.Groups;

/// <summary>What holds for groups where nothing else is said. Configuration section <c>Scheduling:Groups</c>.</summary>
public sealed class GroupOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Scheduling:Groups";

    /// <summary>How many persons a group takes when its maker does not say; small, because group therapy is.</summary>
    public int DefaultMaximum { get; set; } = 10;
}
