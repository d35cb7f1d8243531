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
        var found = await CandidatesAsync(op.Db, person, memberIds, rules, op.CancellationToken);
        var known = found.Count == 0 ? [] : await op.Db.DuplicatePairs.AsNoTracking().Of(person.Id).ToListAsync(op.CancellationToken);
        var decided = known.ToLookup(pair => pair.Other(person.Id), pair => pair.Status);
        var candidates = await FollowMergesAsync(op.Db, person.Id, found, decided, op.CancellationToken);
        Keep(op, person.Id, candidates.Where(c => !decided.Contains(c.Key)));
        var visible = await op.VisibleAsync([.. candidates.Keys.Where(id => !decided[id].Contains(DuplicateStatus.Dismissed))]);
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

        return found.Distinct()
            .GroupBy(f => f.Id)
            .OrderBy(g => g.Min(f => f.Reason))
            .Take(rules.Most)
            .ToDictionary(g => g.Key, g => g.Select(f => f.Reason).ToArray());
    }

    /// <summary>
    /// What was found, under the record that stays where one is merged at this moment. None of them is merged any more before the
    /// pairs are kept, which a merge then moves. Of pairs that are known the other is not waited for: whoever decides of one has the
    /// two locked in the order of their ids, which may not be the order here. SQLite has one writer at a time.
    /// </summary>
    private static async Task<Dictionary<Guid, MatchReason[]>> FollowMergesAsync(
        EnrollmentDbContext db, Guid personId, Dictionary<Guid, MatchReason[]> found, ILookup<Guid, DuplicateStatus> decided,
        CancellationToken cancellationToken)
    {
        var ids = found.Keys.Where(id => !decided.Contains(id)).ToArray();
        var stays = db.IsPostgres && ids.Length > 0
            ? await db.Persons
                .FromSql($"SELECT * FROM person WHERE id = ANY({ids}) ORDER BY id FOR KEY SHARE")
                .AsNoTracking()
                .ToDictionaryAsync(p => p.Id, p => p.MergedIntoId ?? p.Id, cancellationToken)
            : [];
        return found
            .Where(f => stays.GetValueOrDefault(f.Key, f.Key) != personId)
            .GroupBy(f => stays.GetValueOrDefault(f.Key, f.Key))
            .ToDictionary(g => g.Key, g => g.SelectMany(f => f.Value).Distinct().Order().ToArray());
    }

    /// <summary>Adds pairs that are new. One that is known, in either order, stays as it was decided.</summary>
    private static void Keep(
        Operation<EnrollmentDbContext> op, Guid personId, IEnumerable<KeyValuePair<Guid, MatchReason[]>> candidates) =>
        op.Db.DuplicatePairs.AddRange(candidates.Select(candidate => new DuplicatePair
        {
            NetworkId = op.Db.NetworkId,
            PersonId = personId,
            KnownPersonId = candidate.Key,
            Reasons = candidate.Value,
            FoundAt = op.Now,
        }));
}
