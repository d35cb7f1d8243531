using Microsoft.EntityFrameworkCore;
using Platform.Shared.Time;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>
/// Lets those who record persons that may be one take turns, so that of two who do it at once the second finds what the first
/// recorded. By all that <see cref="DuplicateSearch"/> goes by: two whom it would find have one of these in common. Taken before
/// every row lock. SQLite has one writer at a time and needs none.
/// </summary>
internal static class IdentityTurn
{
    /// <summary>Waits for the turn, and keeps it until the transaction ends.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="fields">What is to be recorded of the person.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task TakeAsync(EnrollmentDbContext db, PersonFields fields, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return;
        }

        string[] keys =
        [
            $"born:{fields.BirthDate.ToIso()}",
            $"family:{Soundex.Of(fields.FamilyName)}",
            .. fields.MemberIds.Select(m => $"member:{m.PayerCode}:{m.Number}"),
        ];

        // In one order, as everyone takes them, so that none waits in a circle.
        await db.Database.ExecuteSqlAsync(
            $"""
             SELECT pg_advisory_xact_lock(key)
             FROM (SELECT DISTINCT hashtextextended({db.NetworkId}::text || name, 0) AS key FROM unnest({keys}) AS name ORDER BY key) AS turns
             """,
            cancellationToken);
    }
}
