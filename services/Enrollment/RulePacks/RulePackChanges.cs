using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;

namespace Platform.Enrollment.RulePacks;

/// <summary>
/// Changes which packs of a network decide. Whoever does so holds the network's <see cref="RulePackHead"/>: of two at once the
/// second sees what the first did, and is refused when they collide.
/// </summary>
internal static class RulePackChanges
{
    /// <summary>One pack of the network's own.</summary>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public static async Task<NetworkRulePack> FindRulePackAsync(this EnrollmentDbContext db, string id, CancellationToken cancellationToken)
    {
        var at = id.IndexOf('@', StringComparison.Ordinal);
        var number = at > 0 && int.TryParse(id.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        var name = at > 0 ? id[..at] : string.Empty;
        return await db.NetworkRulePacks.SingleOrDefaultAsync(p => p.Name == name && p.Number == number, cancellationToken)
            ?? throw DomainError.NotFound("rule pack of the network").ToException();
    }

    /// <summary>Lets a proposed pack decide, and ends the earlier versions of its name on the day before.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION, INVALID_ARGUMENT, or what <paramref name="check"/> throws.</exception>
    public static async Task<(NetworkRulePack Row, IReadOnlyList<NetworkRulePack> Superseded)> ActivateAsync(
        this EnrollmentDbContext db, string id, Action<NetworkRulePack> check, DateOnly? effectiveFrom, string reason, string by,
        CancellationToken cancellationToken)
    {
        await db.HoldHeadAsync(cancellationToken);
        var row = await db.FindRulePackAsync(id, cancellationToken);
        check(row);
        var from = effectiveFrom ?? row.EffectiveFrom;
        var today = UsDays.Earliest(db.Now);
        if (from < today && reason.Length == 0)
        {
            throw DomainError.Invalid("reason", $"is required when the pack holds from before today, {today:yyyy-MM-dd}").ToException();
        }

        var earlier = await db.NetworkRulePacks
            .Where(p => p.Name == row.Name && p.Status == RulePackStatus.Active && (p.EffectiveTo == null || p.EffectiveTo >= from))
            .ToListAsync(cancellationToken);
        if (earlier.Exists(p => p.Number > row.Number))
        {
            throw RulePackErrors.NewerActive.ToException();
        }

        row.Activate(from, by, reason);
        earlier.ForEach(p => p.EndAfter(from.AddDays(-1), by, $"{row.Name}@{row.Number} takes its place"));
        var activated = row.Require();
        var others = await db.NetworkRulePacks
            .Where(p => p.Status == RulePackStatus.Active && p.Name != row.Name)
            .ToListAsync(cancellationToken);
        if (CareRulePacks.ShippedWith(others).CollisionsOf(activated).FirstOrDefault() is { } other)
        {
            throw RulePackErrors.Collision(activated.Id, other.Id).ToException();
        }

        return (row, earlier);
    }

    /// <summary>Ends an active pack after a day, or withdraws a proposed one.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION, INVALID_ARGUMENT, or what <paramref name="check"/> throws.</exception>
    public static async Task<NetworkRulePack> RetireAsync(
        this EnrollmentDbContext db, string id, Action<NetworkRulePack> check, DateOnly? lastDay, string reason, string by,
        CancellationToken cancellationToken)
    {
        await db.HoldHeadAsync(cancellationToken);
        var row = await db.FindRulePackAsync(id, cancellationToken);
        check(row);
        switch (row.Status)
        {
            case RulePackStatus.Proposed:
                row.Withdraw(by, reason);
                break;
            case RulePackStatus.Active:
                row.EndAfter(LastDay(row, lastDay, UsDays.Earliest(db.Now).AddDays(-1)), by, reason);
                break;
            default:
                throw RulePackErrors.Retired.ToException();
        }

        return row;
    }

    /// <summary>The last day of an active pack, which may be made earlier and never one on which it decided already.</summary>
    private static DateOnly LastDay(NetworkRulePack row, DateOnly? given, DateOnly yesterday)
    {
        var last = given ?? yesterday;
        var validation = new Validation();
        validation.Require(last >= yesterday, "last_day", $"must not be before yesterday, {yesterday:yyyy-MM-dd}");
        validation.Require(row.EffectiveTo is not { } to || last <= to, "last_day", $"must not be after the pack's last day, {row.EffectiveTo:yyyy-MM-dd}");
        validation.ThrowIfInvalid();
        return last;
    }

    /// <summary>Waits for whoever else changes the network's packs, and counts the change.</summary>
    private static async Task HoldHeadAsync(this EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO rule_pack_head (network_id, version) VALUES ({db.NetworkId}, 0) ON CONFLICT DO NOTHING", cancellationToken);
        await db.RulePackHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.Version, h => h.Version + 1), cancellationToken);
        db.Rules = null;
    }
}
