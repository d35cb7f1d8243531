using System.Linq.Expressions;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Disclosures;
using Platform.Billing.Payers;
using Platform.Billing.Peers;
using Platform.Billing.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Persistence;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Charge = Platform.Billing.Charges.Charge;
using ChargeStatus = Platform.Billing.Charges.ChargeStatus;

namespace Platform.Billing.Coverages;

/// <summary>
/// What payers cover and authorize. Held charges that a new coverage or authorization could release are evaluated again in the same
/// transaction.
/// </summary>
internal sealed class CoverageEndpoint(
    Operations<BillingDbContext> operations, Pricing pricing, EnrollmentPeer enrollment, PayerDisclosures disclosures)
    : CoverageService.CoverageServiceBase
{
    /// <summary>The person has a coverage on some of the days.</summary>
    public static readonly DomainError CoverageOverlap = DomainError.Exists(
        "COVERAGE_OVERLAP", "The person is covered on some of these days already; a person has one coverage on any day.");

    /// <summary>The authorization was recorded before.</summary>
    public static readonly DomainError AuthorizationKnown = DomainError.Exists(
        "AUTHORIZATION_KNOWN", "This authorization number is recorded for the episode, payer and code.");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<AddCoverageResponse> AddCoverage(AddCoverageRequest request, ServerCallContext context) =>
        operations.CommandAsync(context, request.RequestId, request, () => FindPersonAsync(request, context), async (op, personId) =>
        {
            var coverage = CoverageMessages.Parse(request.Coverage, op.Db.NewId(), op.Caller.NetworkId);
            coverage.PersonId = await op.Db.KeptIdAsync(personId, op.CancellationToken);
            await RequirePayerAsync(op, coverage.PayerId);
            await PricingLock.TakeAsync(op.Db, op.CancellationToken);
            var others = await op.Db.Coverages.Where(c => c.PersonId == coverage.PersonId).ToListAsync(op.CancellationToken);
            if (others.Exists(other => other.Period.Overlaps(coverage.Period)))
            {
                throw CoverageOverlap.ToException();
            }

            op.Db.Coverages.Add(coverage);
            await op.Db.SaveChangesAsync(op.CancellationToken);
            op.Audit("coverage.add", "coverage", coverage.Id, coverage.PersonId, "PAYMENT");
            await PriceAgainAsync(op, c => c.PersonId == coverage.PersonId && c.CoverageId == null);
            return new AddCoverageResponse { Coverage = coverage.ToMessage() };
        });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override async Task<ListCoveragesResponse> ListCoverages(ListCoveragesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        validation.ThrowIfInvalid();
        if (context.GetCaller().Sites is not null)
        {
            await enrollment.FindPersonAsync(context, personId);
        }

        return await operations.AuditedReadAsync(context, async op =>
        {
            var kept = await op.Db.KeptIdAsync(personId, op.CancellationToken);
            Guid[] ids = [personId, kept];
            var size = PageToken.Size(request.Page?.Size ?? 0);
            var rows = op.Db.Coverages.Where(c => ids.Contains(c.PersonId));
            if (PageToken.Decode<CoverageKey>(request.Page?.Token ?? string.Empty) is { } after)
            {
                rows = rows.Where(c => c.EffectiveFrom > after.From || (c.EffectiveFrom == after.From && c.Id > after.Id));
            }

            var page = await rows.OrderBy(c => c.EffectiveFrom).ThenBy(c => c.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            op.Audit("coverage.list", "person", kept, kept, "PAYMENT");
            var response = new ListCoveragesResponse { Coverages = { page.Take(size).Select(CoverageMessages.ToMessage) } };
            if (page.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new CoverageKey(page[size - 1].EffectiveFrom, page[size - 1].Id));
            }

            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<AddAuthorizationResponse> AddAuthorization(AddAuthorizationRequest request, ServerCallContext context)
    {
        var parsed = CoverageMessages.Parse(request.Authorization);
        return operations.CommandAsync(context, request.RequestId, request, AskAsync, async (op, episode) =>
        {
            await RequirePayerAsync(op, parsed.PayerId);
            var personId = await op.Db.KeptIdAsync(episode.PersonId, op.CancellationToken);
            await PricingLock.TakeAsync(op.Db, op.CancellationToken);
            var authorization = parsed.For(personId, episode.SiteId, op.Db.NewId(), op.Caller.NetworkId);
            if (await op.Db.Authorizations.AnyAsync(
                a => a.EpisodeId == parsed.EpisodeId && a.PayerId == parsed.PayerId && a.Code == parsed.Code && a.Number == parsed.Number,
                op.CancellationToken))
            {
                throw AuthorizationKnown.ToException();
            }

            op.Db.Authorizations.Add(authorization);
            await op.Db.SaveChangesAsync(op.CancellationToken);
            op.Audit("authorization.add", "authorization", authorization.Id, authorization.PersonId, "PAYMENT");
            await PriceAgainAsync(op, c => c.EpisodeId == parsed.EpisodeId && c.PayerId == parsed.PayerId);
            var used = await op.Db.Authorizations
                .Where(a => a.Id == authorization.Id).Select(a => a.Used).SingleAsync(op.CancellationToken);
            var message = authorization.ToMessage();
            message.Used = used;
            return new AddAuthorizationResponse { Authorization = message };
        });

        async Task<(Guid PersonId, Guid SiteId)> AskAsync()
        {
            var caller = context.GetCaller();
            var episode = await enrollment.GetEpisodeAsync(caller.NetworkId, parsed.EpisodeId, context.CancellationToken);
            var siteId = Guid.Parse(episode.SiteId);
            caller.RequireSite(siteId, "episode");
            return (Guid.Parse(episode.PersonId), siteId);
        }
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Payer)]
    public override async Task<GetAuthorizationResponse> GetAuthorization(GetAuthorizationRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.AuthorizationId, "authorization_id");
        validation.ThrowIfInvalid();
        var authorization = await operations.ReadAsync(context, op => FindAsync(op, id));
        await disclosures.RequireAsync(
            context, authorization.SiteId, new Subject(authorization.PersonId, authorization.EpisodeId), "An authorization, as read");
        return await operations.AuditedReadAsync(context, async op =>
        {
            var current = await FindAsync(op, id);
            op.Audit("authorization.read", "authorization", id, current.PersonId, "PAYMENT");
            return new GetAuthorizationResponse { Authorization = current.ToMessage() };
        });
    }

    private static async Task<Authorization> FindAsync(Operation<BillingDbContext> op, Guid id)
    {
        var authorization = await op.Db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, op.CancellationToken);
        return authorization is not null
            && op.Caller.SeesPayer(authorization.PayerId)
            && (op.Caller.SeesSiteOf(authorization.SiteId) || await IsServedAsync(op, authorization.EpisodeId))
            ? authorization
            : throw DomainError.NotFound("authorization").ToException();
    }

    /// <summary>
    /// A coverage of a person whom Enrollment does not know would never be claimed on, and one that is added at another site would be
    /// in the way of the person's own.
    /// </summary>
    private async Task<Guid> FindPersonAsync(AddCoverageRequest request, ServerCallContext context)
    {
        var personId = CoverageMessages.Parse(request.Coverage, Guid.Empty, context.GetCaller().NetworkId).PersonId;
        return await enrollment.FindPersonAsync(context, personId);
    }

    private static async Task RequirePayerAsync(Operation<BillingDbContext> op, Guid payerId)
    {
        if (!await op.Db.Payers.AnyAsync(p => p.Id == payerId, op.CancellationToken))
        {
            throw DomainError.NotFound("payer").ToException();
        }
    }

    /// <summary>A person may have moved since to a site of the caller's, in the same episode.</summary>
    private static async Task<bool> IsServedAsync(Operation<BillingDbContext> op, Guid episodeId) =>
        op.Caller.Sites is { } sites
        && await op.Db.Charges.AnyAsync(c => c.EpisodeId == episodeId && sites.Contains(c.SiteId), op.CancellationToken);

    /// <summary>Evaluates what is not billed of the chosen charges again, by day, so that the units go to the earliest.</summary>
    private async Task PriceAgainAsync(Operation<BillingDbContext> op, Expression<Func<Charge, bool>> which)
    {
        var ids = await op.Db.Charges
            .Where(which)
            .Where(c => c.ContractId == null && (c.Status == ChargeStatus.Held || c.Status == ChargeStatus.NotBillable))
            .Select(c => c.Id)
            .ToListAsync(op.CancellationToken);
        var charges = await ChargeRows.LockAsync(op.Db, ids, op.CancellationToken);
        foreach (var charge in charges.OrderBy(c => c.On).ThenBy(c => c.Id))
        {
            await pricing.PriceAsync(op.Db, charge, op.CancellationToken);
        }
    }

    private sealed record CoverageKey(DateOnly From, Guid Id);
}
