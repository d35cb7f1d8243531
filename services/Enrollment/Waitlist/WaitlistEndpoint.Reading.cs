using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Waitlist;

/// <content>The waitlist, read: who is in it and where.</content>
internal sealed partial class WaitlistEndpoint
{
    private const int MostEvents = 1000;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetWaitlistPositionResponse> GetWaitlistPosition(
        V1.GetWaitlistPositionRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EntryId, "entry_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var (_, person) = await RequireEntryAsync(op, id);
            var entry = await op.Db.WaitlistEntries.AsNoTracking().SingleAsync(e => e.Id == id, op.CancellationToken);
            var history = await op.Db.WaitlistEvents.AsNoTracking()
                .Where(e => e.EntryId == id)
                .OrderByDescending(e => e.Turn)
                .ThenByDescending(e => e.Ordinal)
                .Take(MostEvents)
                .ToListAsync(op.CancellationToken);
            op.Audit("waitlist.read", "waitlist_entry", id, person);
            var response = new V1.GetWaitlistPositionResponse
            {
                Entry = entry.ToMessage(await WantsAsync(op, [id])),
                History = { Enumerable.Reverse(history).Select(happened => happened.ToMessage()) },
            };
            if (entry.Status == WaitlistStatus.Waiting)
            {
                var waits = await WaitlistPositions.ReadAsync(op.Db, entry, op.CancellationToken);
                response.Position = waits.Count > 0 ? waits[0].Position : 0;
                response.EstimatedWait = WaitEstimate.Of(waits) is { } estimate
                    ? new V1.EstimatedWait { Days = estimate.Days, Basis = estimate.Basis }
                    : null;
                response.Programs.Add(waits.Select(wait => wait.ToMessage()));
            }

            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListWaitlistResponse> ListWaitlist(V1.ListWaitlistRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var programId = request.HasProgramId ? validation.Id(request.ProgramId, "program_id") : (Guid?)null;
        var regionId = request.HasRegionId ? validation.Id(request.RegionId, "region_id") : (Guid?)null;
        validation.Require(programId is not null || regionId is not null, "program_id", "or region_id is required");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<WaitlistKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var page = programId is { } id ? await OfProgramAsync(op, id, after, size + 1) : await OfRegionAsync(op, regionId!.Value, after, size + 1);
            var shown = page.Take(size).ToList();
            var ids = shown.ConvertAll(e => e.Id);
            var wants = (await WantsAsync(op, ids)).ToLookup(w => w.EntryId);
            var referrals = shown.ConvertAll(e => e.ReferralId);
            foreach (var person in await op.Db.Referrals
                .Where(r => referrals.Contains(r.Id)).Select(r => r.PersonId).Distinct().OrderBy(p => p).ToListAsync(op.CancellationToken))
            {
                op.Audit("waitlist.list", "person", person, person);
            }

            return new V1.ListWaitlistResponse
            {
                Entries = { shown.Select(entry => entry.ToMessage(wants[entry.Id])) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(WaitlistKey.Of(shown[^1]))
                    : string.Empty,
            };
        });
    }

    /// <summary>Those who wait for a program and whom it suits.</summary>
    private static async Task<List<WaitlistEntry>> OfProgramAsync(
        Operation<EnrollmentDbContext> op, Guid programId, WaitlistKey? after, int count)
    {
        var program = await op.Db.FindProfileAsync(programId, op.CancellationToken) ?? throw DomainError.NotFound("program").ToException();
        op.Caller.RequireSite(program.SiteId, "program");
        var found = new List<WaitlistEntry>();
        await foreach (var entry in op.Db.WaitingForAsync(program.Targets, op.CancellationToken, after))
        {
            if (entry.Criteria.Suits(program))
            {
                found.Add(entry);
            }

            if (found.Count == count)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Those who wait for anything in a region: for it, for a site in it, or for a program there.</summary>
    private static async Task<List<WaitlistEntry>> OfRegionAsync(
        Operation<EnrollmentDbContext> op, Guid regionId, WaitlistKey? after, int count)
    {
        await RequireRegionAsync(op, regionId);
        var sites = op.Db.Sites.Where(s => s.RegionId == regionId).Select(s => s.Id);
        var programs = op.Db.Programs.Where(p => sites.Contains(p.SiteId)).Select(p => p.Id);
        return await op.Db.WaitlistEntries.AsNoTracking()
            .After(after)
            .Where(e => e.Status == WaitlistStatus.Waiting && op.Db.WaitlistWants.Any(w =>
                w.EntryId == e.Id && w.IsOpen
                && (w.TargetId == regionId || sites.Contains(w.TargetId) || programs.Contains(w.TargetId))))
            .InOrder()
            .Take(count)
            .ToListAsync(op.CancellationToken);
    }
}
