using Microsoft.EntityFrameworkCore;

namespace Platform.Shared.Persistence;

/// <summary>
/// The id of a record that was merged into another, so that what names it and comes late is kept under the one that stays. Of the
/// stores that keep ids of another service's records; <see cref="MergedIds"/> reads and writes it.
/// </summary>
public sealed class MergedId : ITenantOwned
{
    /// <summary>The id that is an alias.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid NetworkId { get; init; }

    /// <summary>The id that stands for it: one step leads there, however many merges there were.</summary>
    public Guid KeptId { get; init; }
}

/// <summary>
/// Follows merges in whatever order they come, and keeps what is written under an id apart from a merge of that id: one sees the
/// other. A merge is followed alone in its network, for the few milliseconds of its transaction; taken before every row lock. SQLite
/// has one writer at a time and needs none.
/// </summary>
public static class MergedIds
{
    /// <summary>Maps the table of a store that keeps ids of another service's records.</summary>
    /// <param name="model">The store's model.</param>
    public static void MapMergedIds(this ModelBuilder model) => model.Entity<MergedId>(e =>
    {
        e.ToTable("merged_id");
        e.HasKey(m => m.Id);
        e.HasIndex(m => m.KeptId);
    });

    /// <summary>Lets no merge be followed until the transaction ends.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public static async Task HoldMergesAsync(this ServiceDbContext db, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock_shared(hashtextextended({Key(db)}, 0))", cancellationToken);
        }
    }

    /// <summary>The id under which to write what names an id; no merge changes that until the transaction ends.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="id">An id, as another service gave it.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public static async Task<Guid> KeptIdAsync(this ServiceDbContext db, Guid id, CancellationToken cancellationToken)
    {
        await db.HoldMergesAsync(cancellationToken);
        return await FindAsync(db, id, cancellationToken);
    }

    /// <summary>All ids of the record behind an id, its own first.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="id">An id, as another service gave it.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public static async Task<IReadOnlyList<Guid>> IdsOfAsync(this ServiceDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var kept = await FindAsync(db, id, cancellationToken);
        var aliases = await db.Set<MergedId>().Where(m => m.KeptId == kept).Select(m => m.Id).ToListAsync(cancellationToken);
        return [kept, .. aliases];
    }

    /// <summary>Takes note of a merge, alone; answers under which id the two are kept now, which a later merge may have changed already.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="keptId">The record that stayed.</param>
    /// <param name="mergedId">The record that became an alias.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public static async Task<Guid> FollowMergeAsync(
        this ServiceDbContext db, Guid keptId, Guid mergedId, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({Key(db)}, 0))", cancellationToken);
        }

        var kept = await FindAsync(db, keptId, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO merged_id (id, network_id, kept_id) VALUES ({mergedId}, {db.NetworkId}, {kept}) ON CONFLICT (id) DO NOTHING
             """,
            cancellationToken);
        await db.Set<MergedId>()
            .Where(m => m.KeptId == mergedId)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.KeptId, kept), cancellationToken);
        return kept;
    }

    private static async Task<Guid> FindAsync(ServiceDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.Set<MergedId>().Where(m => m.Id == id).Select(m => (Guid?)m.KeptId).SingleOrDefaultAsync(cancellationToken) ?? id;

    private static string Key(ServiceDbContext db) => $"merges:{db.NetworkId}";
}
