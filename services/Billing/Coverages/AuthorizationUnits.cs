using Microsoft.EntityFrameworkCore;

namespace Platform.Billing.Coverages;

/// <summary>What taking a unit came to.</summary>
/// <param name="AuthorizationId">The authorization that gave it; null when none did.</param>
/// <param name="Exhausted">Whether there are authorizations for the day, and all of their units are used.</param>
internal readonly record struct UnitTaken(Guid? AuthorizationId, bool Exhausted);

/// <summary>Takes units of authorizations and gives them back. Never below zero and never above what was authorized, in any order.</summary>
internal static class AuthorizationUnits
{
    /// <summary>Takes a unit of the authorization that covers the day and ends first.</summary>
    public static async Task<UnitTaken> TakeAsync(
        BillingDbContext db, Guid episodeId, Guid payerId, string code, DateOnly on, CancellationToken cancellationToken)
    {
        var candidates = await db.Authorizations
            .Where(a => a.EpisodeId == episodeId && a.PayerId == payerId && a.Code == code && a.From <= on && a.To >= on)
            .OrderBy(a => a.To).ThenBy(a => a.Id)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in candidates)
        {
            var taken = await db.Authorizations
                .Where(a => a.Id == id && a.Used < a.Units)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Used, a => a.Used + 1), cancellationToken);
            if (taken == 1)
            {
                return new UnitTaken(id, Exhausted: false);
            }
        }

        return new UnitTaken(AuthorizationId: null, Exhausted: candidates.Count > 0);
    }

    /// <summary>Gives a unit back.</summary>
    public static Task GiveBackAsync(BillingDbContext db, Guid authorizationId, CancellationToken cancellationToken) =>
        db.Authorizations
            .Where(a => a.Id == authorizationId)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Used, a => a.Used - 1), cancellationToken);
}
