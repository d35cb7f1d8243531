using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Regions;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Waitlist;

/// <summary>The waitlist: joined, left, skipped.</summary>
internal sealed partial class WaitlistEndpoint(
    Operations<EnrollmentDbContext> operations, EnrollmentRules rules, WaitlistSignal signal) : V1.WaitlistService.WaitlistServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.JoinWaitlistResponse> JoinWaitlist(V1.JoinWaitlistRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var fields = JoiningRequests.Parse(request, validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var referral = await db.LockedAsync<Referral>(fields.ReferralId, cancellationToken)
                ?? throw DomainError.NotFound("referral").ToException();
            await op.RequirePersonAsync(referral.PersonId, "referral");
            var about = await AboutAsync(op, fields, referral.PersonId);
            referral.RequireEligible();
            if (await db.LockedOpenEntryAsync(referral.Id, cancellationToken) is not null)
            {
                throw WaitlistErrors.Open.ToException();
            }

            await db.KeepPlacesAsync(referral.PersonId, cancellationToken);
            if (await db.Offers.AnyAsync(o => o.ReferralId == referral.Id && o.Status == OfferStatus.Held && o.ExpiresAt > db.Clock, cancellationToken))
            {
                throw OfferErrors.Open.ToException();
            }

            var set = await rules.ForAsync(db, cancellationToken);
            var priority = db.Decide(WaitlistPriority.Instance, set, about, new PriorityFacts(fields.Facts)).Outcome;
            var turn = await LineTurn.TakeAsync(db, op.Caller.Subject, cancellationToken);
            var entry = new WaitlistEntry
            {
                Id = about.SubjectId,
                NetworkId = db.NetworkId,
                ReferralId = referral.Id,
                Rank = priority.Rank,
                PriorityClass = priority.Class,
                JoinedAt = turn.At,
                Criteria = fields.Criteria,
            };
            var wants = fields.Wanted.Ids
                .Select(id => new WaitlistWant { EntryId = entry.Id, TargetId = id, NetworkId = db.NetworkId, Kind = fields.Wanted.Kind })
                .ToList();
            db.WaitlistEntries.Add(entry);
            db.WaitlistWants.AddRange(wants);
            turn.Note(entry, WaitlistEventKind.Joined);
            op.Audit("waitlist.join", "waitlist_entry", entry.Id, referral.PersonId);
            Wake(db);
            return new V1.JoinWaitlistResponse { Entry = entry.ToMessage(wants) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.LeaveWaitlistResponse> LeaveWaitlist(V1.LeaveWaitlistRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EntryId, "entry_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (entry, person) = await LockedAsync(op, id);
            var turn = await LineTurn.TakeAsync(op.Db, op.Caller.Subject, op.CancellationToken);
            entry.Remove(reason);
            turn.Note(entry, WaitlistEventKind.Removed, reason: reason);
            await op.Db.CloseWantsAsync(id, op.CancellationToken);
            op.Audit("waitlist.leave", "waitlist_entry", id, person);
            return new V1.LeaveWaitlistResponse { Entry = entry.ToMessage(await WantsAsync(op, [id])) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.SkipWaitlistEntryResponse> SkipWaitlistEntry(
        V1.SkipWaitlistEntryRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EntryId, "entry_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (entry, person) = await LockedAsync(op, id);
            var turn = await LineTurn.TakeAsync(op.Db, op.Caller.Subject, op.CancellationToken);
            entry.Skip();
            turn.Note(entry, WaitlistEventKind.Skipped, reason: reason);
            op.Audit("waitlist.skip", "waitlist_entry", id, person);
            Wake(op.Db);
            return new V1.SkipWaitlistEntryResponse { Entry = entry.ToMessage(await WantsAsync(op, [id])) };
        });
    }

    private void Wake(EnrollmentDbContext db)
    {
        var network = db.NetworkId;
        db.AfterCommit(_ =>
        {
            signal.Set(network);
            return Task.CompletedTask;
        });
    }

    /// <summary>The entry, locked after its referral, as everyone does who changes either, and its person.</summary>
    private static async Task<(WaitlistEntry Entry, Guid PersonId)> LockedAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var (referralId, personId) = await RequireEntryAsync(op, id);
        _ = await op.Db.LockedAsync<Referral>(referralId, op.CancellationToken);
        return ((await op.Db.LockedAsync<WaitlistEntry>(id, op.CancellationToken))!, personId);
    }

    /// <exception cref="DomainException">NOT_FOUND: there is none, or the caller may not see its person.</exception>
    private static async Task<(Guid ReferralId, Guid PersonId)> RequireEntryAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var facts = await (
            from entry in op.Db.WaitlistEntries
            join referral in op.Db.Referrals on entry.ReferralId equals referral.Id
            where entry.Id == id
            select new { entry.ReferralId, referral.PersonId }).SingleOrDefaultAsync(op.CancellationToken)
            ?? throw DomainError.NotFound("waitlist entry").ToException();
        await op.RequirePersonAsync(facts.PersonId, "waitlist entry");
        return (facts.ReferralId, facts.PersonId);
    }

    private static Task<List<WaitlistWant>> WantsAsync(Operation<EnrollmentDbContext> op, IReadOnlyList<Guid> entries) =>
        op.Db.WaitlistWants.AsNoTracking()
            .Where(w => entries.Contains(w.EntryId)).OrderBy(w => w.TargetId).ToListAsync(op.CancellationToken);

    /// <summary>What the priority is decided about: by the rules of the program or the site where there is just one, else by the network's.</summary>
    /// <exception cref="DomainException">NOT_FOUND: a program, site or region that is not there, or not the caller's.</exception>
    private static async Task<DecisionAbout> AboutAsync(Operation<EnrollmentDbContext> op, JoiningFields fields, Guid personId)
    {
        var (db, cancellationToken, ids) = (op.Db, op.CancellationToken, fields.Wanted.Ids);
        var scope = new RuleScope(Track: fields.Criteria.Track, Level: fields.Criteria.Level);
        var today = UsDays.Latest(op.Now);
        switch (fields.Wanted.Kind)
        {
            case WantKind.Program:
                var program = await db.FindProfileAsync(ids[0], cancellationToken) ?? throw DomainError.NotFound("program").ToException();
                op.Caller.RequireSite(program.SiteId, "program");
                await RequireOpenAsync(db, db.Capacities.Where(c => c.ProgramId == ids[0]), cancellationToken);
                return new DecisionAbout(db.NewId(), program.SiteId, program.ProgramId, program.Scope, program.DayAt(op.Now), personId);
            case WantKind.Site:
                foreach (var id in ids)
                {
                    op.Caller.RequireSite(id, "site");
                }

                var states = await db.Sites.Where(s => ids.Contains(s.Id)).Select(s => s.State).ToListAsync(cancellationToken);
                if (states.Count < ids.Count)
                {
                    throw DomainError.NotFound("site").ToException();
                }

                await RequireOpenAsync(db, db.Capacities.Where(c => ids.Contains(c.SiteId)), cancellationToken);
                return new DecisionAbout(db.NewId(), ids[0], null, scope with { State = OneOf(states) }, today, personId);
            default:
                await db.KeepRegionAsync(ids[0], cancellationToken);
                await RequireRegionAsync(op, ids[0]);
                var inRegion = await db.Sites
                    .Where(s => s.RegionId == ids[0]).Select(s => s.State).Distinct().ToListAsync(cancellationToken);
                return new DecisionAbout(db.NewId(), Guid.Empty, null, scope with { State = OneOf(inRegion) }, today, personId);
        }
    }

    /// <summary>Nobody waits for programs that are closed, all of them.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: they are.</exception>
    private static async Task RequireOpenAsync(
        EnrollmentDbContext db, IQueryable<ProgramCapacity> programs, CancellationToken cancellationToken)
    {
        var closings = await programs.Select(c => c.ClosesAt).Distinct().ToListAsync(cancellationToken);
        if (closings.Count > 0 && closings.TrueForAll(at => at <= db.Now))
        {
            throw CapacityLedger.Closed.ToException();
        }
    }

    private static string? OneOf(IEnumerable<string> states) => states.Distinct(StringComparer.Ordinal).Take(2).ToList() is [var one] ? one : null;

    /// <summary>A region is seen by those who see the whole network.</summary>
    private static async Task RequireRegionAsync(Operation<EnrollmentDbContext> op, Guid regionId)
    {
        if (op.Caller.Sites is not null || !await op.Db.Regions.AnyAsync(r => r.Id == regionId, op.CancellationToken))
        {
            throw DomainError.NotFound("region").ToException();
        }
    }
}
