using Google.Protobuf;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Disclosures;
using Platform.Billing.Payers;
using Platform.Billing.Peers;
using Platform.Billing.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using ChargeStatus = Platform.Billing.Charges.ChargeStatus;

namespace Platform.Billing.Claims;

/// <summary>Claims and their files. A payer sees the claims that went to it.</summary>
internal sealed class ClaimEndpoint(
    Operations<BillingDbContext> operations, ClaimWriting writing, ClaimFileRelease release, ClaimReissue reissue,
    PayerDisclosures disclosures, EnrollmentPeer enrollment, SchedulingPeer scheduling, TimeProvider time)
    : ClaimService.ClaimServiceBase
{
    /// <summary>An 837 transaction set holds at most 5,000 claims (005010X223A2, 1.3.2), and each has a charge at least.</summary>
    private const int MaximumCharges = 5000;

    private const int ChunkSize = 64 * 1024;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<WriteClaimsResponse> WriteClaims(WriteClaimsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var payerId = validation.Id(request.PayerId, "payer_id");
        var siteId = validation.Id(request.SiteId, "site_id");
        var through = validation.Day(request.Through, "through");
        validation.ThrowIfInvalid();
        context.GetCaller().RequireSite(siteId, "site");
        return operations.CommandAsync(context, request.RequestId, request, () => GatherAsync(context, payerId, siteId, through), async (op, gathered) =>
        {
            var payer = await op.Db.Payers.SingleOrDefaultAsync(p => p.Id == payerId, op.CancellationToken)
                ?? throw DomainError.NotFound("payer").ToException();
            if (gathered.Facts is not { } facts)
            {
                return new WriteClaimsResponse();
            }

            var written = await writing.WriteAsync(op, payer, siteId, gathered.ChargeIds, facts);
            return new WriteClaimsResponse
            {
                FileId = written.FileId?.ToString() ?? string.Empty,
                Claims = { written.Claims.Select(ClaimMessages.ToMessage) },
                TotalCents = written.Claims.Sum(claim => claim.Charged.Cents),
                Held = { written.Held.Select(ChargeMessages.ToMessage) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Payer)]
    public override async Task<GetClaimResponse> GetClaim(GetClaimRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ClaimId, "claim_id");
        validation.ThrowIfInvalid();
        var claim = await operations.ReadAsync(context, op => FindAsync(op, id));
        await disclosures.RequireAsync(context, claim.SiteId, new Subject(claim.PersonId, claim.EpisodeId), $"Claim {claim.Number}, as read");
        return await operations.AuditedReadAsync(context, async op =>
        {
            var current = await FindAsync(op, id);
            op.Audit("claim.read", "claim", current.Id, current.PersonId, "PAYMENT");
            return new GetClaimResponse { Claim = current.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Payer)]
    public override async Task<ListClaimsResponse> ListClaims(ListClaimsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var page = await operations.ReadAsync(context, op => PageAsync(op, request, siteId, size + 1));
        var subjects = page.Take(size).Select(c => new Subject(c.PersonId, c.EpisodeId)).Distinct().ToList();
        var withheld = await disclosures.WithheldAsync(context, siteId, subjects, "Claims, as listed");
        return await operations.AuditedReadAsync(context, op =>
        {
            var shown = page.Take(size).Where(c => !withheld.Contains(c.PersonId)).ToList();
            foreach (var person in shown.Select(c => c.PersonId).Distinct())
            {
                op.Audit("claim.list", "person", person, person, "PAYMENT");
            }

            return Task.FromResult(new ListClaimsResponse
            {
                Claims = { shown.Select(ClaimMessages.ToMessage) },
                NextPageToken = page.Count > size ? PageToken.Encode(new ClaimKey(page[size - 1].Id)) : string.Empty,
            });
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Payer)]
    public override async Task DownloadClaimFile(
        DownloadClaimFileRequest request, IServerStreamWriter<DownloadClaimFileResponse> responseStream, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.FileId, "file_id");
        validation.ThrowIfInvalid();
        var (content, notice) = await release.ReleaseAsync(context, id);
        for (var offset = 0; offset < content.Length; offset += ChunkSize)
        {
            var chunk = content.AsSpan(offset, Math.Min(ChunkSize, content.Length - offset));
            var piece = new DownloadClaimFileResponse { Chunk = ByteString.CopyFrom(chunk), Notice = offset == 0 ? notice : string.Empty };
            await responseStream.WriteAsync(piece, context.CancellationToken);
        }
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<ReissueClaimFileResponse> ReissueClaimFile(ReissueClaimFileRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.FileId, "file_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, () => TodayAsync(context, id), async (op, today) =>
        {
            var file = await reissue.ReissueAsync(op, id, request.ConfirmNotReceived, today);
            return new ReissueClaimFileResponse
            {
                FileId = file.FileId?.ToString() ?? string.Empty,
                Claims = { file.Claims.Select(ClaimMessages.ToMessage) },
                TotalCents = file.Claims.Sum(claim => claim.Charged.Cents),
                LeftOut = { file.LeftOut.Select(ClaimMessages.ToMessage) },
            };
        });
    }

    private static async Task<Claim> FindAsync(Operation<BillingDbContext> op, Guid id)
    {
        var claim = await op.Db.Claims.SingleOrDefaultAsync(c => c.Id == id, op.CancellationToken);
        return claim is not null && op.Caller.SeesPayer(claim.PayerId) && op.Caller.SeesSiteOf(claim.SiteId)
            && (op.Caller.PayerId is null || claim.Status != ClaimStatus.Withdrawn)
            ? claim
            : throw DomainError.NotFound("claim").ToException();
    }

    private static Task<List<Claim>> PageAsync(Operation<BillingDbContext> op, ListClaimsRequest request, Guid siteId, int rowCount)
    {
        if (!op.Caller.SeesSiteOf(siteId))
        {
            throw DomainError.NotFound("site").ToException();
        }

        var rows = op.Db.Claims.Where(c => c.SiteId == siteId
            && (op.Caller.PayerId == null || (c.PayerId == op.Caller.PayerId && c.Status != ClaimStatus.Withdrawn)));
        if (ClaimMessages.Parse(request.Status) is { } status)
        {
            rows = rows.Where(c => c.Status == status);
        }

        if (PageToken.Decode<ClaimKey>(request.Page?.Token ?? string.Empty) is { } before)
        {
            rows = rows.Where(c => c.Id < before.Id);
        }

        // Ids are UUIDv7: they sort by time.
        return rows.OrderByDescending(c => c.Id).Take(rowCount).ToListAsync(op.CancellationToken);
    }

    /// <summary>The charges that could go out, and what claims must say of them; what is ready goes before what was held in a run before.</summary>
    private async Task<(IReadOnlyList<Guid> ChargeIds, ClaimFacts? Facts)> GatherAsync(
        ServerCallContext context, Guid payerId, Guid siteId, DateOnly through)
    {
        var candidates = await operations.ReadAsync(context, op => op.Db.Charges
            .Where(c => c.SiteId == siteId && c.PayerId == payerId && c.On <= through && c.ClaimId == null && c.ContractId != null)
            .Where(c => c.Status == ChargeStatus.Ready || c.Status == ChargeStatus.Held)
            .OrderBy(c => c.Status == ChargeStatus.Ready ? 0 : 1).ThenBy(c => c.On).ThenBy(c => c.Id)
            .Take(MaximumCharges)
            .Select(c => new { c.Id, c.PersonId, c.FacilitatorId })
            .ToListAsync(op.CancellationToken));
        var payer = candidates.Count == 0 ? null : await operations.ReadAsync(
            context, op => op.Db.Payers.SingleAsync(p => p.Id == payerId, op.CancellationToken));
        var facts = payer is null ? null : await ClaimFacts.GatherAsync(
            enrollment,
            scheduling,
            context.GetCaller().NetworkId,
            siteId,
            payer,
            candidates.Select(c => c.PersonId).ToHashSet(),
            candidates.Select(c => c.FacilitatorId).ToHashSet(),
            context.CancellationToken);
        return ([.. candidates.Select(c => c.Id)], facts);
    }

    /// <summary>The day at the site of a file that the caller may issue again.</summary>
    private async Task<DateOnly> TodayAsync(ServerCallContext context, Guid fileId)
    {
        var siteId = await operations.ReadAsync(context, async op =>
        {
            var site = await op.Db.ClaimFiles.Where(f => f.Id == fileId).Select(f => (Guid?)f.SiteId).SingleOrDefaultAsync(op.CancellationToken)
                ?? throw DomainError.NotFound("claim file").ToException();
            op.Caller.RequireSite(site, "claim file");
            return site;
        });
        return (await enrollment.GetSiteAsync(context.GetCaller().NetworkId, siteId, context.CancellationToken)).Today(time.GetUtcNow());
    }

    private sealed record ClaimKey(Guid Id);
}
