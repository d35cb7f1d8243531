using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Persistence;
using Platform.Shared.Requests;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Referrals.Merging;

/// <summary>
/// Makes one of two records of a person: everything under the merged id moves to the kept one, and the merged record stays as an
/// alias that resolves. Audit rows are never changed: they are found by the alias.
/// </summary>
internal static class PersonMerge
{
    /// <summary>Merges, and answers the person as it is then.</summary>
    /// <exception cref="Platform.Shared.Errors.DomainException">
    /// NOT_FOUND: one of them, to this caller. FAILED_PRECONDITION: one is an alias, or both are in care.
    /// </exception>
    public static async Task<Person> MergeAsync(
        this Operation<EnrollmentDbContext> op, RulePackSet<CareRules> rules, Guid keepId, Guid mergeId, string reason)
    {
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        await op.RequirePersonAsync(keepId, "person");
        await op.RequirePersonAsync(mergeId, "person");
        var persons = new Dictionary<Guid, Person>();
        foreach (var id in new[] { keepId, mergeId }.Order())
        {
            persons[id] = await db.LockedAsync<Person>(id, cancellationToken)
                ?? throw Platform.Shared.Errors.DomainError.NotFound("person").ToException();
        }

        var kept = persons[keepId];
        persons[mergeId].MergeInto(kept, reason);
        var inCare = await db.Episodes
            .Where(e => (e.PersonId == keepId || e.PersonId == mergeId) && e.Status == EpisodeStatus.Admitted)
            .Select(e => e.PersonId)
            .ToListAsync(cancellationToken);
        if (inCare.Count > 1)
        {
            throw EpisodeErrors.Open.ToException();
        }

        var untold = inCare.Count == 0 ? [] : await db.SafetyAlerts
            .Where(a => a.PersonId == (inCare[0] == keepId ? mergeId : keepId) && a.Status == SafetyAlertStatus.Open)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken);
        await Readmissions.LockAsync(db, keepId, mergeId, cancellationToken);
        foreach (var type in PersonTables.Moved)
        {
            await MoveAsync(db, type, keepId, mergeId, cancellationToken);
        }

        // The site that has the person in care was told of the alerts of the one record, not of the other.
        if (untold.Count > 0 && await db.SiteOfAsync(keepId, cancellationToken) is { } site)
        {
            await SafetyQueries.TellAsync(db, db.SafetyAlerts.Where(a => untold.Contains(a.Id)), site, cancellationToken);
        }

        await Readmissions.LinkAsync(db, keepId, cancellationToken);
        await db.FindTreatmentsAsync(keepId, cancellationToken);
        await CombineMemberIdsAsync(db, keepId, mergeId, cancellationToken);
        await CombinePairsAsync(db, keepId, mergeId, cancellationToken);

        // One step leads from every alias to the person.
        await db.Persons
            .Where(p => p.MergedIntoId == mergeId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.MergedIntoId, keepId), cancellationToken);
        db.Publish(new PersonsMerged(keepId, mergeId), keepId);

        // A score of one record may be of an episode of the other.
        await OutcomeLedger.CountAsync(db, rules, keepId, Enum.GetValues<Instrument>(), on: null, cancellationToken);
        op.Audit("person.merge", "person", keepId, keepId);
        op.Audit("person.merge", "person", mergeId, mergeId);
        return kept;
    }

    private static Task MoveAsync(EnrollmentDbContext db, Type type, Guid keepId, Guid mergeId, CancellationToken cancellationToken)
    {
        var table = db.Model.FindEntityType(type)!.GetTableName();
        var version = typeof(IVersioned).IsAssignableFrom(type) ? ", version = version + 1" : string.Empty;
        var sql = $"UPDATE {table} SET person_id = {{0}}{version} WHERE network_id = {{1}} AND person_id = {{2}}";
        return db.Database.ExecuteSqlRawAsync(sql, [keepId, db.NetworkId, mergeId], cancellationToken);
    }

    private static async Task CombineMemberIdsAsync(
        EnrollmentDbContext db, Guid keepId, Guid mergeId, CancellationToken cancellationToken)
    {
        var kept = (await db.MemberIdsAsync(keepId, cancellationToken)).Select(m => (m.PayerCode, m.Number)).ToHashSet();
        var merged = await db.MemberIdsAsync(mergeId, cancellationToken);
        db.MemberIds.RemoveRange(merged);
        db.MemberIds.AddRange(merged.Where(m => !kept.Contains((m.PayerCode, m.Number))).Select(m => new PersonMemberId
        {
            NetworkId = m.NetworkId,
            PersonId = keepId,
            PayerCode = m.PayerCode,
            Number = m.Number,
        }));
    }

    /// <summary>
    /// The pair of the two is done; what else was found or decided of the merged record holds for the kept one. Where both were
    /// found to be like a third, what somebody decided of one of them stands.
    /// </summary>
    private static async Task CombinePairsAsync(
        EnrollmentDbContext db, Guid keepId, Guid mergeId, CancellationToken cancellationToken)
    {
        var ofMerged = await db.DuplicatePairs.Of(mergeId).ToListAsync(cancellationToken);
        var ofKept = await db.DuplicatePairs.Of(keepId).ToListAsync(cancellationToken);
        db.DuplicatePairs.RemoveRange(ofMerged);
        foreach (var pairs in ofMerged.Where(p => p.Other(mergeId) != keepId).GroupBy(p => p.Other(mergeId)))
        {
            var found = pairs.MaxBy(p => p.Status)!;
            var known = ofKept.Where(p => p.Other(keepId) == pairs.Key).ToList();
            if (known.Count == 0)
            {
                db.DuplicatePairs.Add(found.With(mergeId, keepId));
            }
            else if (found.Status == DuplicateStatus.Dismissed)
            {
                foreach (var pair in known.Where(p => p.Status == DuplicateStatus.Open))
                {
                    pair.Dismiss(found.DecidedBy, found.DecisionReason);
                }
            }
        }
    }
}
