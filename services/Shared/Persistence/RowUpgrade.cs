namespace Platform.Shared.Persistence;

/// <summary>
/// Brings rows that earlier versions wrote up to this one, where the default of a new column cannot. Runs with every
/// <c>migrate</c>, after the schema, as the owner of the tables: it changes nothing where nothing is missing, and each of its
/// transactions leaves rows that are right, so that it may be killed and run again. Pods of the version before may be writing
/// meanwhile; what they leave is found by the next run. Of an embedded file it runs on the copy that takes its place.
/// </summary>
/// <typeparam name="TDb">The service's store.</typeparam>
/// <param name="RunAsync">Does it, and returns lines for people that say what was done.</param>
public sealed record RowUpgrade<TDb>(Func<Database<TDb>, CancellationToken, Task<IReadOnlyList<string>>> RunAsync)
    where TDb : ServiceDbContext;
