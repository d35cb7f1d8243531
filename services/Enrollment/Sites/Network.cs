using Platform.Shared.Persistence;

namespace Platform.Enrollment.Sites;

/// <summary>
/// A network (tenant) that has sites here: what a worker that serves all networks goes by, and the row on which imports into one
/// network take turns.
/// </summary>
internal sealed class Network : IServedByWorkers, IVersioned
{
    public Guid NetworkId { get; init; }

    /// <summary>Display name; empty until one is given.</summary>
    public string Name { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>Gives it another name.</summary>
    public void Rename(string name)
    {
        Name = name;
        Version++;
    }
}
