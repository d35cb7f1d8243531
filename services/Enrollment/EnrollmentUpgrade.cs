using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Census;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Shared.Persistence;

namespace Platform.Enrollment;

/// <summary>
/// What rows of the first version lack that no default can give them: the codes by which duplicates are found, the courses of
/// episodes and what is counted of them, the link of a readmission, and the contacts that are due after a discharge. Due days of
/// plans are not here: the worker that follows the rule packs gives them to every open episode. A program without a history of its
/// licence has had its present number from the beginning, and a consent that says nothing of the new terms means what it meant.
/// </summary>
internal sealed class EnrollmentUpgrade(EpisodeUpgrade episodes)
{
    /// <summary>Goes through all networks.</summary>
    /// <returns>A line for each kind of row that was brought up to this version.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Database<EnrollmentDbContext> database, CancellationToken cancellationToken)
    {
        var networks = await database.ReadAsync(
            ServiceDbContext.AllNetworks,
            (db, ct) => db.Networks.Select(n => n.NetworkId).OrderBy(id => id).ToListAsync(ct),
            cancellationToken);
        var (codes, tallies, links, aftercare) = (0, 0, 0, 0);
        foreach (var network in networks)
        {
            codes += await FamilyCodes.FillAsync(database, network, cancellationToken);
            if (await database.ReadAsync(network, TallyRebuild.IsBehindAsync, cancellationToken))
            {
                // First, or nobody would know of it after a kill: what was admitted by a process of the version before, while this one
                // gave due days of plans to all others, has none.
                await database.WriteAsync(
                    network,
                    actor: null,
                    async (db, ct) =>
                    {
                        await db.GoThroughPlansAgainAsync(ct);
                        return 0;
                    },
                    cancellationToken);
                tallies += await new TallyRebuild(database).RebuildAsync(network, cancellationToken);
            }

            links += await EpisodeUpgrade.LinkAsync(database, network, cancellationToken);
            aftercare += await episodes.BeginAftercareAsync(database, network, cancellationToken);
        }

        return
        [
            .. Line(codes, "persons are found by their names"),
            .. Line(tallies, "tallies counted from episodes and referrals"),
            .. Line(links, "readmissions linked to the episode before"),
            .. Line(aftercare, "discharges with contacts to be made"),
        ];
    }

    private static IEnumerable<string> Line(int count, string what) => count > 0 ? [$"{count} {what}"] : [];
}
