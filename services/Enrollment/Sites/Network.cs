using Platform.Shared.Persistence;

namespace Platform.Enrollment.Sites;

/// <summary>
/// A network (tenant) that has sites here: what a worker that serves all networks goes by, and the row on which imports into one
/// network take turns.
/// </summary>
internal sealed class Network : IServedByWorkers
{
    public Guid NetworkId { get; init; }
}
