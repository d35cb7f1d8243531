using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Time;

namespace Platform.Enrollment.Consents;

/// <summary>Whose record.</summary>
/// <param name="PersonId">The person, by an id that may be that of a merged record.</param>
/// <param name="EpisodeId">The episode that it is about; null when it is not of one.</param>
internal sealed record DisclosureSubject(Guid PersonId, Guid? EpisodeId);

/// <summary>The answer about one subject.</summary>
/// <param name="Subject">Whose record.</param>
/// <param name="PersonId">The person behind the subject's id.</param>
/// <param name="Question">The question, with the program of the subject's episode.</param>
/// <param name="Decision">The answer.</param>
/// <param name="RulePack">The rule pack that was applied, as name@version.</param>
internal sealed record DisclosureAnswer(
    DisclosureSubject Subject, Guid PersonId, DisclosureQuestion Question, DisclosureDecision Decision, string RulePack);

/// <summary>Gathers what the <see cref="ConsentEngine"/> goes by, and asks it.</summary>
internal sealed class DisclosureDesk(EnrollmentRules packs)
{
    /// <summary>What is kept of a person and not of a program.</summary>
    private static readonly RecordCategory[] OfPerson = [RecordCategory.Demographics, RecordCategory.Diagnosis, RecordCategory.Assessments];

    /// <summary>May it be disclosed, of each of these.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="subjects">Whose records.</param>
    /// <param name="question">The question.</param>
    /// <param name="recording">
    /// Whether the disclosure is recorded in this transaction: then nothing of these persons is revoked or merged until it ends.
    /// </param>
    /// <exception cref="DomainException">NOT_FOUND: a person, site, program or episode.</exception>
    public async Task<IReadOnlyList<DisclosureAnswer>> AskAsync(
        Operation<EnrollmentDbContext> op, IReadOnlyList<DisclosureSubject> subjects, DisclosureQuestion question, bool recording)
    {
        var site = await SiteAsync(op, question.SiteId);
        var track = await TrackAsync(op, question);
        var behind = await PersonsAsync(op, [.. subjects.Select(subject => subject.PersonId).Distinct()], recording);
        var persons = behind.Values.Distinct().ToList();
        var consents = (await op.Db.Consents
            .AsNoTracking()
            .Include(consent => consent.Recipients)
            .Where(consent => persons.Contains(consent.PersonId))
            .ToListAsync(op.CancellationToken)).ToLookup(consent => consent.PersonId);
        var stays = (await StaysAsync(op, persons)).ToLookup(stay => stay.PersonId);
        var set = await packs.ForAsync(op.Db, op.CancellationToken);
        var answers = new List<DisclosureAnswer>(subjects.Count);
        foreach (var subject in subjects)
        {
            var personId = behind[subject.PersonId];
            var known = stays[personId].ToList();
            var asked = question;
            List<Track> tracks;
            if (subject.EpisodeId is { } episodeId)
            {
                var course = known.Where(s => s.EpisodeId == episodeId && (site is null || s.SiteId == site.Id)).ToList();
                if (course.Count == 0)
                {
                    throw DomainError.NotFound("episode").ToException();
                }

                var programs = course.Select(s => s.ProgramId).Distinct().ToList();
                asked = question with { ProgramId = programs is [var program] ? program : null };
                tracks = [.. course.Select(s => s.Track).Distinct()];
            }
            else
            {
                // A program in which the person never was says nothing of the record; and what is kept of the person as a whole is
                // of every program that had the person.
                var ofPerson = OfPerson.Any(question.Categories.Has)
                    || (question.ProgramId is { } id && !known.Exists(s => s.ProgramId == id));
                tracks = [.. known.Where(s => ofPerson || (track is null && (site is null || s.SiteId == site.Id))).Select(s => s.Track)
                    .Concat(track is { } one ? [one] : []).Distinct()];
            }

            var facts = new PersonFacts(tracks, [.. known.Where(s => s.DischargedOn is not null).Select(s => new DischargeDay(s.EpisodeId, s.DischargedOn!.Value))]);
            var last = known.MaxBy(s => s.AdmittedOn);
            var today = Today(op, site?.TimeZone ?? last?.TimeZone);
            var scope = new RuleScope(site?.State ?? last?.State, tracks is [var only] ? only : null);
            var applied = set.Section(rules => rules.Consent, scope, today);
            var decision = ConsentEngine.Decide(asked, consents[personId], facts, applied.Rule, today);
            if (recording)
            {
                var about = new DecisionAbout(
                    personId, asked.SiteId ?? last?.SiteId ?? Guid.Empty, asked.ProgramId, scope, today, personId);
                op.Db.Decide(DisclosureRule.Instance, set, about, decision.Facts);
            }

            answers.Add(new DisclosureAnswer(subject, personId, asked, decision, applied.Pack));
        }

        return answers;
    }

    /// <summary>
    /// Whether a person's record may be disclosed for payment to somebody: the payer when one is named or told by its id, or any. A
    /// consent to what a program discloses counts at the site where the person is, or was, in that program.
    /// </summary>
    public async Task<bool> MayBePaidAsync(Operation<EnrollmentDbContext> op, Guid personId, Guid? siteId, string payerName, Guid? payerId)
    {
        var programs = (await StaysAsync(op, [personId]))
            .Where(stay => stay.SiteId == siteId)
            .Select(stay => (Guid?)stay.ProgramId)
            .Prepend(null)
            .Distinct()
            .ToList();
        foreach (var programId in programs)
        {
            var question = new DisclosureQuestion(
                siteId,
                programId,
                new DisclosureRecipient(payerName, RecipientClass.Payer, payerId, Through: string.Empty),
                RecordSet.Claim,
                Purpose.Payment,
                Exception: null,
                DisclosureDocumentation.None);
            if ((await AskAsync(op, [new DisclosureSubject(personId, EpisodeId: null)], question, recording: false))[0].Decision.IsAllowed)
            {
                return true;
            }
        }

        if (payerName.Length > 0 || payerId is not null)
        {
            return false;
        }

        var day = await op.Db.ConsentDayAsync(personId, op.CancellationToken);
        var standing = await op.Db.StandingConsentsAsync(personId, Purpose.Payment, day, op.CancellationToken);
        return standing.Any(consent => programs.Exists(programId => consent.LetsDisclose(siteId, programId)));
    }

    /// <summary>For which purposes of a consent that was just revoked nothing allows disclosure any more.</summary>
    public async Task<IReadOnlyList<Purpose>> UncoveredAsync(Operation<EnrollmentDbContext> op, Consent revoked)
    {
        var stays = await StaysAsync(op, [revoked.PersonId]);
        var set = await packs.ForAsync(op.Db, op.CancellationToken);
        var last = stays.MaxBy(stay => stay.AdmittedOn);
        var today = Today(op, last?.TimeZone);
        var rules = set.Section(rules => rules.Consent, new RuleScope(last?.State), today).Rule;
        var free = rules.TpoWithoutConsent && !rules.IsPart2([.. stays.Select(stay => stay.Track)]);
        var uncovered = new List<Purpose>();
        foreach (var purpose in revoked.Purposes)
        {
            if (!(free && RecipientClasses.For(purpose) is not null)
                && !(await op.Db.StandingConsentsAsync(revoked.PersonId, purpose, today, op.CancellationToken))
                    .Any(consent => consent.LetsDiscloseAll(revoked)))
            {
                uncovered.Add(purpose);
            }
        }

        return uncovered;
    }

    /// <summary>How many years back an accounting of disclosures reaches.</summary>
    public async Task<int> AccountingYearsAsync(Operation<EnrollmentDbContext> op) =>
        (await packs.ForAsync(op.Db, op.CancellationToken))
        .Section(rules => rules.Consent, new RuleScope(), UsDays.Latest(op.Now)).Rule.AccountingYears;

    private static async Task<Site?> SiteAsync(Operation<EnrollmentDbContext> op, Guid? siteId)
    {
        if (siteId is not { } id)
        {
            return null;
        }

        op.Caller.RequireSite(id, "site");
        return await op.Db.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, op.CancellationToken)
            ?? throw DomainError.NotFound("site").ToException();
    }

    private static async Task<Track?> TrackAsync(Operation<EnrollmentDbContext> op, DisclosureQuestion question)
    {
        if (question.ProgramId is not { } id)
        {
            return null;
        }

        var program = await op.Db.Programs.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, op.CancellationToken);
        return program is not null && program.SiteId == question.SiteId ? program.Track : throw DomainError.NotFound("program").ToException();
    }

    /// <summary>The persons behind ids, some of which may be those of merged records; locked in the order of ids.</summary>
    private static async Task<Dictionary<Guid, Guid>> PersonsAsync(Operation<EnrollmentDbContext> op, List<Guid> given, bool locked)
    {
        var behind = new Dictionary<Guid, Guid>();
        var pending = given;
        while (pending.Count > 0)
        {
            var ids = pending.ToArray();
            var rows = locked && op.Db.IsPostgres
                ? op.Db.Persons.FromSql($"SELECT * FROM person WHERE id = ANY({ids}) ORDER BY id FOR SHARE")
                : op.Db.Persons.Where(person => ids.Contains(person.Id));
            var found = await rows.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.MergedIntoId, op.CancellationToken);
            foreach (var id in ids)
            {
                behind[id] = found.TryGetValue(id, out var kept) ? kept ?? id : throw DomainError.NotFound("person").ToException();
            }

            // One step leads from every alias to the person.
            pending = [.. behind.Values.Distinct().Where(id => !behind.ContainsKey(id))];
        }

        var persons = given.Select(id => behind[id]).ToHashSet();
        if ((await op.VisibleAsync(persons)).Count < persons.Count)
        {
            throw DomainError.NotFound("person").ToException();
        }

        return given.ToDictionary(id => id, id => behind[id]);
    }

    /// <summary>Where these persons were in care: the programs of now, and those that the course of an episode led through.</summary>
    private static async Task<List<Stay>> StaysAsync(Operation<EnrollmentDbContext> op, List<Guid> persons)
    {
        var now = await (
            from episode in op.Db.Episodes
            join program in op.Db.Programs on episode.ProgramId equals program.Id
            join site in op.Db.Sites on episode.SiteId equals site.Id
            where persons.Contains(episode.PersonId)
            select new Stay(
                episode.PersonId, episode.Id, episode.SiteId, episode.ProgramId, program.Track, site.State, site.TimeZone,
                episode.AdmittedOn, episode.DischargedOn)).ToListAsync(op.CancellationToken);
        var before = await (
            from episode in op.Db.Episodes
            join stay in op.Db.EpisodeStays on episode.Id equals stay.EpisodeId
            join program in op.Db.Programs on stay.ProgramId equals program.Id
            join site in op.Db.Sites on stay.SiteId equals site.Id
            where persons.Contains(episode.PersonId) && stay.ProgramId != episode.ProgramId
            select new Stay(
                episode.PersonId, episode.Id, stay.SiteId, stay.ProgramId, program.Track, site.State, site.TimeZone,
                episode.AdmittedOn, episode.DischargedOn)).ToListAsync(op.CancellationToken);
        return [.. now, .. before];
    }

    private static DateOnly Today(Operation<EnrollmentDbContext> op, string? zone) =>
        zone is null ? UsDays.Latest(op.Now) : LocalDays.DayAt(op.Now, zone);

    private sealed record Stay(
        Guid PersonId, Guid EpisodeId, Guid SiteId, Guid ProgramId, Track Track, string State, string TimeZone,
        DateOnly AdmittedOn, DateOnly? DischargedOn);
}
