using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>Gives persons the code of their family name who were recorded before there were any.</summary>
internal static class FamilyCodes
{
    private const int Batch = 1000;

    /// <summary>Goes through a network, a thousand persons in each transaction.</summary>
    /// <returns>How many got a code. A name without a Latin letter has none.</returns>
    public static async Task<int> FillAsync(Database<EnrollmentDbContext> database, Guid networkId, CancellationToken cancellationToken)
    {
        var (filled, after) = (0, Guid.Empty);
        while (true)
        {
            var persons = await database.ReadAsync(
                networkId,
                (db, ct) => db.Persons
                    .Where(p => p.FamilyCode == string.Empty && p.Id.CompareTo(after) > 0)
                    .OrderBy(p => p.Id)
                    .Take(Batch)
                    .Select(p => new { p.Id, p.FamilyName })
                    .ToListAsync(ct),
                cancellationToken);
            if (persons.Count == 0)
            {
                return filled;
            }

            after = persons[^1].Id;
            var named = persons.Where(p => Soundex.Of(p.FamilyName).Length > 0).OrderBy(p => p.Id).ToList();
            filled += await database.WriteAsync(
                networkId,
                actor: null,
                async (db, ct) =>
                {
                    // One by one in the order of ids. Whose name was corrected meanwhile has a code already.
                    var changed = 0;
                    foreach (var person in named)
                    {
                        var code = Soundex.Of(person.FamilyName);
                        changed += await db.Persons
                            .Where(p => p.Id == person.Id && p.FamilyCode == string.Empty && p.FamilyName == person.FamilyName)
                            .ExecuteUpdateAsync(set => set.SetProperty(p => p.FamilyCode, code), ct);
                    }

                    return changed;
                },
                cancellationToken);
        }
    }
}
