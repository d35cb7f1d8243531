using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Capacity;

/// <summary>Licensed capacity by date: entered before its day, taken back, listed.</summary>
internal sealed class CapacityScheduleEndpoint(Operations<EnrollmentDbContext> operations, CapacityLedger ledger)
    : V1.CapacityScheduleService.CapacityScheduleServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.ScheduleCapacityResponse> ScheduleCapacity(V1.ScheduleCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var programId = validation.Id(request.ProgramId, "program_id");
        var effectiveOn = validation.Day(request.EffectiveOn, "effective_on");
        var licensed = validation.Number(request.Licensed, "licensed", 0, CareProgram.MostPlaces);
        var note = validation.OptionalText(request.Note, "note", 500);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var site = await SiteAsync(op, programId, "program");
            var today = site.Today(op.Now);
            if (effectiveOn <= today)
            {
                throw DomainError.Invalid(
                    "effective_on", $"must be after today at the site, {today:yyyy-MM-dd}; for today change the licensed capacity").ToException();
            }

            await CapacityLedger.LockAsync(op.Db, programId, op.CancellationToken);
            if (await op.Db.ScheduledCapacities.AnyAsync(
                c => c.ProgramId == programId && c.EffectiveOn == effectiveOn && c.Status != ScheduleStatus.Cancelled, op.CancellationToken))
            {
                throw ScheduledCapacity.DayTaken.ToException();
            }

            var scheduled = new ScheduledCapacity
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                SiteId = site.Id,
                ProgramId = programId,
                EffectiveOn = effectiveOn,
                Licensed = licensed,
                Note = note,
            };
            op.Db.ScheduledCapacities.Add(scheduled);
            await ledger.KeepTimesAsync(op.Db, programId, op.CancellationToken);
            op.Audit("capacity.schedule", "scheduled_capacity", scheduled.Id);
            return new V1.ScheduleCapacityResponse { Scheduled = await MessageAsync(op, scheduled) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.CancelScheduledCapacityResponse> CancelScheduledCapacity(
        V1.CancelScheduledCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ScheduledCapacityId, "scheduled_capacity_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var programId = await op.Db.ScheduledCapacities
                .Where(c => c.Id == id)
                .Select(c => (Guid?)c.ProgramId)
                .SingleOrDefaultAsync(op.CancellationToken) ?? throw DomainError.NotFound("scheduled capacity").ToException();
            var site = await SiteAsync(op, programId, "scheduled capacity");

            // What came due a moment ago cannot be taken back. The places are locked first, as by whoever applies a number.
            await ledger.ApplyDueAsync(op.Db, site.Id, programId, op.CancellationToken);
            await CapacityLedger.LockAsync(op.Db, programId, op.CancellationToken);
            var scheduled = (await op.Db.LockedAsync<ScheduledCapacity>(id, op.CancellationToken))!;
            Etag.Require(request.Etag, scheduled.Version);
            scheduled.Cancel();
            await ledger.KeepTimesAsync(op.Db, programId, op.CancellationToken);
            op.Audit("capacity.cancel", "scheduled_capacity", id);
            return new V1.CancelScheduledCapacityResponse { Scheduled = await MessageAsync(op, scheduled) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListScheduledCapacityResponse> ListScheduledCapacity(
        V1.ListScheduledCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var regionId = validation.OptionalId(request.RegionId, "region_id");
        var siteId = validation.OptionalId(request.SiteId, "site_id");
        var programId = validation.OptionalId(request.ProgramId, "program_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<ScheduleKey>(request.Page?.Token ?? string.Empty);
        return operations.ReadAsync(context, async op =>
        {
            if (siteId is not null)
            {
                op.Caller.RequireSite(siteId.Value, "site");
            }

            var own = op.Caller.Sites;
            var rows =
                from scheduled in op.Db.ScheduledCapacities
                join capacity in op.Db.Capacities on scheduled.ProgramId equals capacity.ProgramId
                where (own == null || own.Contains(scheduled.SiteId))
                    && (siteId == null || scheduled.SiteId == siteId)
                    && (programId == null || scheduled.ProgramId == programId)
                    && (regionId == null || op.Db.Sites.Any(s => s.Id == scheduled.SiteId && s.RegionId == regionId))
                select new
                {
                    Scheduled = scheduled,
                    Capacity = capacity,
                    IsPending = scheduled.Status == ScheduleStatus.Applied
                        && capacity.LoweringTo == scheduled.Licensed
                        && capacity.Licensed > scheduled.Licensed
                        && !op.Db.ScheduledCapacities.Any(later =>
                            later.ProgramId == scheduled.ProgramId && later.Status == ScheduleStatus.Applied
                            && later.EffectiveOn > scheduled.EffectiveOn),
                };
            if (!request.IncludePast)
            {
                rows = rows.Where(row => row.Scheduled.Status == ScheduleStatus.Scheduled || row.IsPending);
            }

            if (after is not null)
            {
                rows = rows.Where(row =>
                    row.Scheduled.EffectiveOn > after.EffectiveOn
                    || (row.Scheduled.EffectiveOn == after.EffectiveOn && row.Scheduled.Id.CompareTo(after.Id) > 0));
            }

            var page = await rows
                .OrderBy(row => row.Scheduled.EffectiveOn)
                .ThenBy(row => row.Scheduled.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            return new V1.ListScheduledCapacityResponse
            {
                Scheduled = { page.Take(size).Select(row => Message(row.Scheduled, row.Capacity, row.IsPending)) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new ScheduleKey(page[size - 1].Scheduled.EffectiveOn, page[size - 1].Scheduled.Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListLicensedCapacityResponse> ListLicensedCapacity(
        V1.ListLicensedCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var programId = validation.Id(request.ProgramId, "program_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var before = PageToken.Decode<DateOnly?>(request.Page?.Token ?? string.Empty);
        return operations.ReadAsync(context, async op =>
        {
            _ = await SiteAsync(op, programId, "program");
            var page = await op.Db.LicensedChanges
                .Where(c => c.ProgramId == programId && (before == null || c.From < before))
                .OrderByDescending(c => c.From)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            return new V1.ListLicensedCapacityResponse
            {
                Capacities = { page.Take(size).Select(c => new V1.LicensedCapacity { From = c.From.ToIso(), Licensed = c.Licensed }) },
                NextPageToken = page.Count > size ? PageToken.Encode<DateOnly?>(page[size - 1].From) : string.Empty,
            };
        });
    }

    /// <summary>The site of a program, when the caller sees it.</summary>
    private static async Task<Site> SiteAsync(Operation<EnrollmentDbContext> op, Guid programId, string what)
    {
        var found = await (
            from program in op.Db.Programs
            join site in op.Db.Sites on program.SiteId equals site.Id
            where program.Id == programId
            select site).AsNoTracking().SingleOrDefaultAsync(op.CancellationToken)
            ?? throw DomainError.NotFound(what).ToException();
        op.Caller.RequireSite(found.Id, what);
        return found;
    }

    private static async Task<V1.ScheduledCapacity> MessageAsync(Operation<EnrollmentDbContext> op, ScheduledCapacity scheduled) =>
        Message(
            scheduled,
            await op.Db.Capacities.AsNoTracking().SingleAsync(c => c.ProgramId == scheduled.ProgramId, op.CancellationToken),
            isPending: false);

    private static V1.ScheduledCapacity Message(ScheduledCapacity scheduled, ProgramCapacity capacity, bool isPending) => new()
    {
        Id = scheduled.Id.ToString(),
        SiteId = scheduled.SiteId.ToString(),
        ProgramId = scheduled.ProgramId.ToString(),
        EffectiveOn = scheduled.EffectiveOn.ToIso(),
        Licensed = scheduled.Licensed,
        Note = scheduled.Note,
        Status = isPending ? V1.ScheduledCapacityStatus.Pending : (V1.ScheduledCapacityStatus)scheduled.Status,
        LicensedNow = capacity.Licensed,
        TakenNow = capacity.Occupied + capacity.Held,
        Etag = Etag.Of(scheduled.Version),
    };

    /// <summary>Sort key of a list.</summary>
    private sealed record ScheduleKey(DateOnly EffectiveOn, Guid Id);
}
