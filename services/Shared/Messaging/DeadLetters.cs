using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>What an operator does with the events that could not be published.</summary>
internal sealed class DeadLetters<TDb>(Database<TDb> database)
    where TDb : ServiceDbContext
{
    private const int Batch = 500;

    /// <summary>The first that died, oldest first.</summary>
    public Task<List<DeadMessage>> ListAsync(int atMost, CancellationToken cancellationToken) =>
        database.ReadAsync(
            ServiceDbContext.AllNetworks,
            (db, token) => db.DeadMessages.OrderBy(m => m.DiedAt).ThenBy(m => m.Id).Take(atMost).ToListAsync(token),
            cancellationToken);

    /// <summary>Puts one back into the outbox, behind what waits there under its key; false when it is not among the dead.</summary>
    public async Task<bool> ReplayAsync(Guid id, CancellationToken cancellationToken) =>
        await ReplayAsync(dead => dead.Where(m => m.Id == id), cancellationToken) == 1;

    /// <summary>Puts all back that are among the dead now, in their order.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ReplayAllAsync(CancellationToken cancellationToken)
    {
        var replayed = 0;
        var before = await database.ReadAsync(
            ServiceDbContext.AllNetworks, (db, _) => Task.FromResult(db.Now), cancellationToken);
        while (true)
        {
            var batch = await ReplayAsync(
                dead => dead.Where(m => m.DiedAt <= before).OrderBy(m => m.Position).Take(Batch), cancellationToken);
            replayed += batch;
            if (batch < Batch)
            {
                return replayed;
            }
        }
    }

    /// <summary>Deletes one for good; false when it is not among the dead.</summary>
    public async Task<bool> PurgeAsync(Guid id, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            ServiceDbContext.AllNetworks,
            null,
            (db, token) => db.DeadMessages.Where(m => m.Id == id).ExecuteDeleteAsync(token),
            cancellationToken) == 1;

    private Task<int> ReplayAsync(
        Func<IQueryable<DeadMessage>, IQueryable<DeadMessage>> which, CancellationToken cancellationToken) =>
        database.WriteAsync(
            ServiceDbContext.AllNetworks,
            null,
            async (db, token) =>
            {
                var replayed = 0;
                foreach (var dead in await which(db.DeadMessages).AsNoTracking().ToListAsync(token))
                {
                    // Two operators at once: one of them deletes it, and only that one puts it back.
                    if (await db.DeadMessages.Where(m => m.Id == dead.Id).ExecuteDeleteAsync(token) == 1)
                    {
                        db.Outbox.Add(dead.ToReplay());
                        replayed++;
                    }
                }

                return replayed;
            },
            cancellationToken);
}
