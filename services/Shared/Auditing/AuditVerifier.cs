using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Shared.Auditing;

/// <summary>What a network's chain looks like.</summary>
/// <param name="NetworkId">The network.</param>
/// <param name="Entries">Entries that hold, from the first on.</param>
/// <param name="HeadHash">Hash of the last entry; noted elsewhere, it later proves that the chain was not made anew.</param>
/// <param name="BrokenAt">Sequence of the first entry that does not hold; null when all do.</param>
/// <param name="Problem">What is wrong with it.</param>
internal sealed record AuditChainReport(Guid NetworkId, long Entries, byte[] HeadHash, long? BrokenAt, string Problem)
{
    public override string ToString() => BrokenAt is null
        ? $"network {NetworkId}: {Entries} entries, intact, head {Convert.ToHexStringLower(HeadHash)}"
        : $"network {NetworkId}: broken at entry {BrokenAt}: {Problem}";
}

/// <summary>Follows the audit chains from their first entry to their head.</summary>
internal sealed class AuditVerifier<TDb>(Database<TDb> database)
    where TDb : ServiceDbContext
{
    private const int Batch = 1000;

    /// <summary>Verifies one network, or all.</summary>
    public async IAsyncEnumerable<AuditChainReport> VerifyAsync(
        Guid? networkId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var networks = networkId is { } one
            ? [one]
            : await database.ReadAsync(
                ServiceDbContext.AllNetworks,
                (db, token) => db.AuditHeads.OrderBy(head => head.NetworkId).Select(head => head.NetworkId).ToListAsync(token),
                cancellationToken);
        foreach (var network in networks)
        {
            yield return await database.ReadAsync(network, FollowAsync, cancellationToken);
        }
    }

    private static async Task<AuditChainReport> FollowAsync(TDb db, CancellationToken cancellationToken)
    {
        // Entries may be appended meanwhile: the chain is followed up to the head as it is now.
        var head = await db.AuditHeads.SingleOrDefaultAsync(cancellationToken) ?? new AuditHead { NetworkId = db.NetworkId };
        var sequence = 0L;
        var hash = new byte[32];
        while (sequence < head.Sequence)
        {
            var after = sequence;
            var entries = await db.AuditEntries
                .Where(entry => entry.Sequence > after && entry.Sequence <= head.Sequence)
                .OrderBy(entry => entry.Sequence)
                .Take(Batch)
                .ToListAsync(cancellationToken);
            if (entries.Count == 0)
            {
                return Broken(sequence + 1, $"it is missing; the head says that there are {head.Sequence}");
            }

            foreach (var entry in entries)
            {
                if (Fault(entry, sequence, hash) is { } fault)
                {
                    return Broken(sequence + 1, fault);
                }

                sequence = entry.Sequence;
                hash = entry.Hash;
            }
        }

        if (!hash.AsSpan().SequenceEqual(head.Hash))
        {
            return Broken(sequence, "the head has another hash");
        }

        var beyond = await db.AuditEntries
            .Where(entry => entry.Sequence < 1 || entry.Sequence > (db.AuditHeads.Max(h => (long?)h.Sequence) ?? 0))
            .Select(entry => (long?)entry.Sequence)
            .FirstOrDefaultAsync(cancellationToken);
        return beyond is null
            ? new AuditChainReport(db.NetworkId, sequence, hash, BrokenAt: null, string.Empty)
            : Broken(beyond.Value, "it was inserted; the chain does not reach it");

        AuditChainReport Broken(long at, string problem) => new(db.NetworkId, sequence, hash, at, problem);
    }

    private static string? Fault(AuditEntry entry, long sequence, byte[] hash)
    {
        if (entry.Sequence != sequence + 1)
        {
            return "it is missing";
        }

        if (!entry.PreviousHash.AsSpan().SequenceEqual(hash))
        {
            return "it does not continue the entry before";
        }

        return entry.Hash.AsSpan().SequenceEqual(AuditHash.Of(entry)) ? null : "it was changed";
    }
}
