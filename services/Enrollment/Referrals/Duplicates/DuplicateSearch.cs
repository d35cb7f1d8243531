using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Requests;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>
/// Looks for records that may be of a person, without reading all: by member id, by the same birth date, and by a birth date with a
/// slip under the same Soundex code of the family name. Each is an index. What it finds is kept as pairs for somebody to decide.
/// </summary>
internal static class DuplicateSearch
{
    /// <summary>
    /// Records compared by name, and by member id, at the most: some days stand for an unknown birth date, as some numbers do for
    /// an unknown member id. Of names those of the same family name's code come first.
    /// </summary>
    private const int MostCompared = 500;

    /// <summary>Notes whom a person may be the same as, and answers those whom the caller may see.</summary>
    public static async Task<IReadOnlyList<V1.DuplicateCandidate>> FindDuplicatesAsync(
        this Operation<EnrollmentDbContext> op, Person person, IReadOnlyList<MemberNumber> memberIds, RulePackSet<CareRules> set)
    {
        var rules = set.Section(r => r.Duplicates, new RuleScope(), UsDays.Latest(op.Now)).Rule;
        var candidates = await CandidatesAsync(op.Db, person, memberIds, rules, op.CancellationToken);
        var dismissed = await KeepAsync(op, person.Id, candidates);
        var visible = await op.VisibleAsync([.. candidates.Keys.Except(dismissed)]);
        var names = await op.Db.Persons
            .Where(p => visible.Contains(p.Id))
            .OrderBy(p => p.Id)
            .Select(p => new { p.Id, p.GivenName, p.FamilyName })
            .ToListAsync(op.CancellationToken);
        foreach (var candidate in names)
        {
            op.Audit("person.offer-merge", "person", candidate.Id, candidate.Id);
        }

        return
        [
            .. names.Select(candidate => new V1.DuplicateCandidate
            {
                PersonId = candidate.Id.ToString(),
                Reasons = { candidates[candidate.Id].Select(reason => (V1.MatchReason)reason) },
                GivenName = candidate.GivenName,
                FamilyName = candidate.FamilyName,
            }),
        ];
    }

    private static async Task<Dictionary<Guid, MatchReason[]>> CandidatesAsync(
        EnrollmentDbContext db, Person person, IReadOnlyList<MemberNumber> memberIds, DuplicateRules rules,
        CancellationToken cancellationToken)
    {
        var found = new List<(Guid Id, MatchReason Reason)>();
        if (memberIds.Count > 0)
        {
            var (payers, numbers) = (memberIds.Select(m => m.PayerCode).ToList(), memberIds.Select(m => m.Number).ToList());
            var same = await db.MemberIds
                .Where(m => numbers.Contains(m.Number) && payers.Contains(m.PayerCode) && m.PersonId != person.Id)
                .OrderByDescending(m => m.PersonId)
                .Take(MostCompared)
                .Select(m => new { m.PersonId, m.PayerCode, m.Number })
                .ToListAsync(cancellationToken);
            found.AddRange(same
                .Where(m => memberIds.Contains(new MemberNumber(m.PayerCode, m.Number)))
                .Select(m => (m.PersonId, MatchReason.MemberId)));
        }

        // A row that is older than the codes has an empty one: it is found by its birth date alone.
        var (born, near, code) = (person.BirthDate, BirthDates.Near(person.BirthDate), person.FamilyCode);
        var alike = await db.Persons
            .Where(p => p.MergedIntoId == null && p.Id != person.Id
                && (p.BirthDate == born || (near.Contains(p.BirthDate) && (p.FamilyCode == code || p.FamilyCode == string.Empty))))
            .OrderBy(p => p.FamilyCode == code ? 0 : 1)
            .ThenByDescending(p => p.Id)
            .Take(MostCompared)
            .Select(p => new { p.Id, p.GivenName, p.FamilyName, p.BirthDate })
            .ToListAsync(cancellationToken);
        var identity = new Identity(person.GivenName, person.FamilyName, person.BirthDate);
        foreach (var other in alike)
        {
            if (identity.Compare(new Identity(other.GivenName, other.FamilyName, other.BirthDate), rules) is { } reason)
            {
                found.Add((other.Id, reason));
            }
        }

        var chosen = found.Distinct()
            .GroupBy(f => f.Id)
            .OrderBy(g => g.Min(f => f.Reason))
            .Take(rules.Most)
            .ToDictionary(g => g.Key, g => g.Select(f => f.Reason).ToArray());
        return await FollowMergesAsync(db, person.Id, chosen, cancellationToken);
    }

    /// <summary>
    /// What was found, under the record that stays where one is merged at this moment. None of them is merged any more before the
    /// pairs are kept, which a merge then moves. SQLite has one writer at a time.
    /// </summary>
    private static async Task<Dictionary<Guid, MatchReason[]>> FollowMergesAsync(
        EnrollmentDbContext db, Guid personId, Dictionary<Guid, MatchReason[]> found, CancellationToken cancellationToken)
    {
        var ids = found.Keys.ToArray();
        var kept = db.IsPostgres && ids.Length > 0
            ? await db.Persons
                .FromSql($"SELECT * FROM person WHERE id = ANY({ids}) ORDER BY id FOR KEY SHARE")
                .AsNoTracking()
                .ToDictionaryAsync(p => p.Id, p => p.MergedIntoId ?? p.Id, cancellationToken)
            : ids.ToDictionary(id => id);
        return found
            .Where(f => kept[f.Key] != personId)
            .GroupBy(f => kept[f.Key])
            .ToDictionary(g => g.Key, g => g.SelectMany(f => f.Value).Distinct().Order().ToArray());
    }

    /// <summary>Adds the pairs that are new. One that is known, in either order, stays as it was decided.</summary>
    /// <returns>Those who were found to be other persons.</returns>
    private static async Task<IReadOnlyCollection<Guid>> KeepAsync(
        Operation<EnrollmentDbContext> op, Guid personId, Dictionary<Guid, MatchReason[]> candidates)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        var known = (await op.Db.DuplicatePairs.Of(personId).ToListAsync(op.CancellationToken))
            .ToLookup(pair => pair.Other(personId), pair => pair.Status);
        op.Db.DuplicatePairs.AddRange(candidates.Where(c => !known.Contains(c.Key)).Select(candidate => new DuplicatePair
        {
            NetworkId = op.Db.NetworkId,
            PersonId = personId,
            KnownPersonId = candidate.Key,
            Reasons = candidate.Value,
            FoundAt = op.Now,
        }));
        return [.. known.Where(pairs => pairs.Contains(DuplicateStatus.Dismissed)).Select(pairs => pairs.Key)];
    }
}
