namespace Platform.Shared.Persistence;

/// <summary>A row that belongs to one network (tenant). Its table is under row-level security and every query is filtered by it.</summary>
public interface ITenantOwned
{
    /// <summary>The network that the row belongs to; set when the row is saved.</summary>
    Guid NetworkId { get; }
}

/// <summary>A tenant's row that background workers, which serve all networks, also see and change (a sweeper of what has expired).</summary>
public interface IServedByWorkers : ITenantOwned;

/// <summary>
/// A tenant's row that background workers, which serve all networks, find and do not change: by it they know in which networks there
/// is something to do, and then work in one at a time.
/// </summary>
public interface IFoundByWorkers : ITenantOwned;

/// <summary>A row whose version grows by one with every change, and which is written only if its version is the one that was read.</summary>
public interface IVersioned
{
    /// <summary>The version; 1 when the row is new.</summary>
    long Version { get; }
}
