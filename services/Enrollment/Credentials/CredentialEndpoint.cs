using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Credentials;

/// <summary>Licences and accreditation of sites.</summary>
internal sealed class CredentialEndpoint(Operations<EnrollmentDbContext> operations, EnrollmentRules rules)
    : V1.CredentialService.CredentialServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.RecordCredentialResponse> RecordCredential(V1.RecordCredentialRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        var kind = (CredentialKind)validation.Choice(request.Kind, "kind");
        var number = validation.Text(request.Number, "number", 100);
        var issuer = validation.Text(request.Issuer, "issuer");
        var state = request.State.Trim().ToUpperInvariant();
        validation.Require(
            state.Length == 0 || UsPlaces.IsState(state), "state", "is not the two-letter code of a state or territory");
        var validFrom = validation.Day(request.ValidFrom, "valid_from");
        var expiresOn = validation.Day(request.ExpiresOn, "expires_on");
        validation.Require(expiresOn >= validFrom, "expires_on", "must not be before valid_from");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var site = await op.Db.Sites.SingleOrDefaultAsync(s => s.Id == siteId, op.CancellationToken)
                ?? throw DomainError.NotFound("site").ToException();
            var credential = new Credential
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                SiteId = siteId,
                Kind = kind,
                Number = number,
                Issuer = issuer,
                State = state,
                ValidFrom = validFrom,
                ExpiresOn = expiresOn,
            };
            op.Db.Credentials.Add(credential);
            op.Audit("credential.record", "credential", credential.Id);
            return new V1.RecordCredentialResponse { Credential = Message(credential, site.Today(op.Now)) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.RenewCredentialResponse> RenewCredential(V1.RenewCredentialRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.CredentialId, "credential_id");
        var validFrom = validation.OptionalDay(request.ValidFrom, "valid_from");
        var expiresOn = validation.Day(request.ExpiresOn, "expires_on");
        var number = validation.OptionalText(request.Number, "number", 100);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var credential = await LockedAsync(op, id, request.Etag);
            var renewal = credential.Renew(op.Db.NewId(), validFrom, expiresOn, number.Length > 0 ? number : null);

            // The old one gives way first: a site has one current credential of a number.
            await op.Db.SaveChangesAsync(op.CancellationToken);
            op.Db.Credentials.Add(renewal);
            op.Audit("credential.renew", "credential", renewal.Id);
            return new V1.RenewCredentialResponse
            {
                Credential = Message(renewal, await op.Db.TodayAsync(credential.SiteId, op.CancellationToken)),
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.WithdrawCredentialResponse> WithdrawCredential(V1.WithdrawCredentialRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.CredentialId, "credential_id");
        var withdrawnOn = validation.Day(request.WithdrawnOn, "withdrawn_on");
        var reason = validation.Text(request.Reason, "reason", 500);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var credential = await LockedAsync(op, id, request.Etag);
            var today = await op.Db.TodayAsync(credential.SiteId, op.CancellationToken);
            credential.Withdraw(withdrawnOn, reason, today);
            op.Audit("credential.withdraw", "credential", id);
            return new V1.WithdrawCredentialResponse { Credential = Message(credential, today) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListCredentialsResponse> ListCredentials(V1.ListCredentialsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        validation.ThrowIfInvalid();
        var (size, after) = Page(request.Page);
        return operations.ReadAsync(context, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var site = await op.Db.Sites.SingleOrDefaultAsync(s => s.Id == siteId, op.CancellationToken)
                ?? throw DomainError.NotFound("site").ToException();
            var credentials = op.Db.Credentials.Where(c => c.SiteId == siteId);
            if (!request.IncludePast)
            {
                credentials = credentials.Where(c => c.Status == CredentialStatus.Current);
            }

            var page = await After(credentials, after).Take(size + 1).ToListAsync(op.CancellationToken);
            return new V1.ListCredentialsResponse
            {
                Credentials = { page.Take(size).Select(c => Message(c, site.Today(op.Now))) },
                NextPageToken = Next(page, size),
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.ListExpiringCredentialsResponse> ListExpiringCredentials(
        V1.ListExpiringCredentialsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var regionId = validation.OptionalId(request.RegionId, "region_id");
        var siteId = validation.OptionalId(request.SiteId, "site_id");
        var withinDays = validation.Number(request.WithinDays, "within_days", 0, 3650);
        validation.ThrowIfInvalid();
        var (size, after) = Page(request.Page);
        return operations.ReadAsync(context, async op =>
        {
            if (siteId is not null)
            {
                op.Caller.RequireSite(siteId.Value, "site");
            }

            // Sites are in several time zones; what lapses on the last day anywhere is shown.
            var today = UsDays.Latest(op.Now);
            var set = await rules.ForAsync(op.Db, op.CancellationToken);
            var days = withinDays > 0 ? withinDays : set.Section(r => r.Credentials, new RuleScope(), today).Rule.WarningDays;
            var until = today.AddDays(days);
            var credentials = op.Db.Credentials.Where(c => c.Status == CredentialStatus.Current && c.ExpiresOn <= until);
            if (siteId is not null)
            {
                credentials = credentials.Where(c => c.SiteId == siteId);
            }

            if (regionId is not null)
            {
                credentials = credentials.Where(c => op.Db.Sites.Any(s => s.Id == c.SiteId && s.RegionId == regionId));
            }

            if (op.Caller.Sites is { } own)
            {
                credentials = credentials.Where(c => own.Contains(c.SiteId));
            }

            var page = await After(credentials, after).Take(size + 1).ToListAsync(op.CancellationToken);
            var ids = page.Select(c => c.SiteId).Distinct().ToList();
            var zones = await op.Db.Sites.Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.TimeZone, op.CancellationToken);
            return new V1.ListExpiringCredentialsResponse
            {
                Credentials = { page.Take(size).Select(c => Message(c, LocalDays.DayAt(op.Now, zones[c.SiteId]))) },
                NextPageToken = Next(page, size),
                Until = until.ToIso(),
            };
        });
    }

    private static async Task<Credential> LockedAsync(Operation<EnrollmentDbContext> op, Guid id, string etag)
    {
        var credential = await op.Db.LockedAsync<Credential>(id, op.CancellationToken) ?? throw DomainError.NotFound("credential").ToException();
        op.Caller.RequireSite(credential.SiteId, "credential");
        Etag.Require(etag, credential.Version);
        return credential;
    }

    private static (int Size, CredentialKey? After) Page(Common.V1.PageRequest? page) =>
        (PageToken.Size(page?.Size ?? 0), PageToken.Decode<CredentialKey>(page?.Token ?? string.Empty));

    private static IQueryable<Credential> After(IQueryable<Credential> credentials, CredentialKey? after) =>
        (after is null
            ? credentials
            : credentials.Where(c => c.ExpiresOn > after.ExpiresOn || (c.ExpiresOn == after.ExpiresOn && c.Id.CompareTo(after.Id) > 0)))
        .OrderBy(c => c.ExpiresOn)
        .ThenBy(c => c.Id);

    private static string Next(List<Credential> page, int size) =>
        page.Count > size ? PageToken.Encode(new CredentialKey(page[size - 1].ExpiresOn, page[size - 1].Id)) : string.Empty;

    private static V1.Credential Message(Credential credential, DateOnly today) => new()
    {
        Id = credential.Id.ToString(),
        SiteId = credential.SiteId.ToString(),
        Kind = (V1.CredentialKind)credential.Kind,
        Number = credential.Number,
        Issuer = credential.Issuer,
        State = credential.State,
        ValidFrom = credential.ValidFrom.ToIso(),
        ExpiresOn = credential.ExpiresOn.ToIso(),
        Status = (V1.CredentialStatus)credential.Status,
        DaysLeft = credential.ExpiresOn.DayNumber - today.DayNumber,
        RenewsId = credential.RenewsId?.ToString() ?? string.Empty,
        WithdrawnOn = credential.WithdrawnOn.ToIso(),
        WithdrawalReason = credential.WithdrawalReason,
        Etag = Etag.Of(credential.Version),
    };

    /// <summary>Sort key of a list.</summary>
    private sealed record CredentialKey(DateOnly ExpiresOn, Guid Id);
}
