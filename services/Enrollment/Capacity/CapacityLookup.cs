namespace Platform.Enrollment.Capacity;

/// <summary>The places of one program, from the board where it can be relied on, else from the store.</summary>
internal sealed class CapacityLookup(CapacityBoards boards, StoredPlaces store)
{
    /// <summary>The site of a program and its places; null when there is no such program in the network.</summary>
    public async Task<(Guid SiteId, PlaceCounts Counts)?> FindAsync(
        Guid networkId, Guid programId, CancellationToken cancellationToken) =>
        boards.Current(networkId)?.Program(programId) ?? await store.ProgramAsync(networkId, programId, cancellationToken);
}
