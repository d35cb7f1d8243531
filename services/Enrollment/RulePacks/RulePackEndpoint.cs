using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.RulePacks;
using Platform.Shared.Security;

namespace Platform.Enrollment.RulePacks;

/// <summary>Rule packs: listed, proposed, tried on history, activated and retired.</summary>
internal sealed class RulePackEndpoint(Operations<EnrollmentDbContext> operations, RulePackTrial trial)
    : V1.RulePackService.RulePackServiceBase
{
    private const int LongestJson = 100_000;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListRulePacksResponse> ListRulePacks(V1.ListRulePacksRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        validation.Require(Enum.IsDefined(request.Status), "status", "is not a known value");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<PackKey>(request.Page?.Token ?? string.Empty) ?? new PackKey(Shipped: true, string.Empty, 0);
        var status = (RulePackStatus)request.Status;
        return operations.ReadAsync(context, async op =>
        {
            var page = new List<(PackKey Key, V1.RulePack Message)>();
            if (after.Shipped && request.Status is V1.RulePackStatus.Unspecified or V1.RulePackStatus.Active)
            {
                page.AddRange(
                    from pack in CareRulePacks.Shipped.Packs
                    let key = new PackKey(Shipped: true, pack.Name, pack.Version)
                    where string.CompareOrdinal(key.Name, after.Name) is var order && (order > 0 || (order == 0 && key.Number > after.Number))
                    orderby key.Name, key.Number
                    select (key, RulePackMessages.Of(pack)));
            }

            var (name, number) = after.Shipped ? (string.Empty, 0) : (after.Name, after.Number);
            var own = await op.Db.NetworkRulePacks
                .Where(p => request.Status == V1.RulePackStatus.Unspecified || p.Status == status)
                .Where(p => p.Name.CompareTo(name) > 0 || (p.Name == name && p.Number > number))
                .OrderBy(p => p.Name)
                .ThenBy(p => p.Number)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            page.AddRange(own.Select(p => (new PackKey(Shipped: false, p.Name, p.Number), RulePackMessages.Of(p))));
            return new V1.ListRulePacksResponse
            {
                RulePacks = { page.Take(size).Select(row => row.Message) },
                NextPageToken = page.Count > size ? PageToken.Encode(page[size - 1].Key) : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetRulePackResponse> GetRulePack(V1.GetRulePackRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Text(request.Pack, "pack", 80);
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            if (CareRulePacks.Shipped.Packs.FirstOrDefault(p => p.Id == id) is { } shipped)
            {
                return new V1.GetRulePackResponse { RulePack = RulePackMessages.Of(shipped), Json = shipped.Json };
            }

            var pack = await op.Db.FindRulePackAsync(id, op.CancellationToken);
            return new V1.GetRulePackResponse { RulePack = RulePackMessages.Of(pack), Json = pack.Json };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.ProposeRulePackResponse> ProposeRulePack(V1.ProposeRulePackRequest request, ServerCallContext context)
    {
        var pack = Parse(request.Json);
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            if (await op.Db.NetworkRulePacks.AnyAsync(p => p.Name == pack.Name && p.Number == pack.Version, op.CancellationToken))
            {
                throw RulePackErrors.Exists.ToException();
            }

            var row = NetworkRulePack.Propose(op.Db.NewId(), op.Db.NetworkId, pack, op.Caller.Subject, op.Now);
            op.Db.NetworkRulePacks.Add(row);
            op.Audit("rule_pack.propose", "rule_pack", row.Id);
            return new V1.ProposeRulePackResponse { RulePack = RulePackMessages.Of(row) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override async Task TryRulePack(
        V1.TryRulePackRequest request, IServerStreamWriter<V1.TryRulePackResponse> responseStream, ServerCallContext context)
    {
        var validation = new Validation();
        validation.Require(request.TriedCase != V1.TryRulePackRequest.TriedOneofCase.None, "pack", "or json is required");
        var from = validation.Day(request.From, "from");
        var to = validation.Day(request.To, "to");
        validation.ThrowIfInvalid();
        validation.Require(to >= from && to.DayNumber - from.DayNumber <= 366, "to", "must be from 0 to 366 days after from");
        var kinds = trial.Kinds(request.Kinds, validation);
        validation.ThrowIfInvalid();
        var json = request.TriedCase == V1.TryRulePackRequest.TriedOneofCase.Json ? Parse(request.Json) : null;
        await trial.RunAsync(context, json, request.Pack, from, to, kinds, responseStream);
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.ActivateRulePackResponse> ActivateRulePack(V1.ActivateRulePackRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Text(request.Pack, "pack", 80);
        var given = validation.OptionalDay(request.EffectiveFrom, "effective_from");
        var reason = validation.OptionalText(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            var (row, superseded) = await op.Db.ActivateAsync(
                id, row => Etag.Require(request.Etag, row.Version), given, reason, op.Caller.Subject, op.CancellationToken);
            op.Audit("rule_pack.activate", "rule_pack", row.Id);
            return new V1.ActivateRulePackResponse
            {
                RulePack = RulePackMessages.Of(row),
                Superseded = { superseded.Select(RulePackMessages.Of) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.RetireRulePackResponse> RetireRulePack(V1.RetireRulePackRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Text(request.Pack, "pack", 80);
        var last = validation.OptionalDay(request.LastDay, "last_day");
        var reason = validation.Text(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            var row = await op.Db.RetireAsync(
                id, row => Etag.Require(request.Etag, row.Version), last, reason, op.Caller.Subject, op.CancellationToken);
            op.Audit("rule_pack.retire", "rule_pack", row.Id);
            return new V1.RetireRulePackResponse { RulePack = RulePackMessages.Of(row) };
        });
    }

    private static RulePack<CareRules> Parse(string json)
    {
        if (json.Length is 0 or > LongestJson)
        {
            throw DomainError.Invalid("json", json.Length == 0 ? "is required" : $"must have at most {LongestJson} characters").ToException();
        }

        var errors = new RuleErrors();
        var pack = CareRulePacks.Format.Read(json, errors);
        if (pack is not null && CareRulePacks.Shipped.Packs.Any(shipped => shipped.Name == pack.Name))
        {
            errors.At("name").Fail("is the name of a pack that the platform carries; give it one of your own");
        }

        if (pack is not null)
        {
            errors.Require(Validation.IsPossible(pack.EffectiveFrom), "effectiveFrom", Validation.PossibleDays);
            errors.Require(pack.EffectiveTo is not { } last || Validation.IsPossible(last), "effectiveTo", $"{Validation.PossibleDays}, or null");
        }

        return pack is not null && errors.Found.Count == 0
            ? pack
            : throw DomainError.Invalid([.. errors.Found.Select(e => e with { Field = $"json{e.Field[1..]}" })]).ToException();
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record PackKey(bool Shipped, string Name, int Number);
}
