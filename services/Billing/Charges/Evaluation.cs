using Platform.Billing.Coverages;
using Platform.Billing.Payers;
using Platform.Billing.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Billing.Charges;

/// <summary>What the rules say of a service day, before a unit is taken of an authorization.</summary>
/// <param name="RulePack">The pack that was applied; null when none holds.</param>
/// <param name="Coverage">The coverage; null when there is none.</param>
/// <param name="Contract">The contract under which the day is billed; null when held before one was found.</param>
/// <param name="BelowFloor">Whether too few minutes were attended for a day to be billed.</param>
/// <param name="Holds">What is missing; nothing is billed while there is any.</param>
internal sealed record Evaluation(
    string? RulePack, Coverage? Coverage, Contract? Contract, bool BelowFloor, IReadOnlyList<Hold> Holds)
{
    /// <summary>Whether a unit of an authorization is needed before the charge is ready.</summary>
    public bool NeedsAuthorization => !BelowFloor && Holds.Count == 0 && Contract is { AuthorizationRequired: true };

    /// <summary>
    /// Evaluates a day. A day below the floor is not billable whatever else is missing; of several codes that a program's days may
    /// be billed with, the pack's order and the payer's contracts decide.
    /// </summary>
    /// <param name="packs">The rule packs.</param>
    /// <param name="state">State of the site.</param>
    /// <param name="track">What the program treats; null when not known.</param>
    /// <param name="on">The day.</param>
    /// <param name="minutes">Minutes attended.</param>
    /// <param name="coverage">The person's coverage on the day; null when there is none.</param>
    /// <param name="payer">The payer of the coverage.</param>
    /// <param name="contracts">The payer's contracts.</param>
    public static Evaluation Of(
        RulePackSet<BillingRules> packs,
        string state,
        Track? track,
        DateOnly on,
        int minutes,
        Coverage? coverage,
        Payer? payer,
        IReadOnlyList<Contract> contracts)
    {
        if (packs.For(state, payer?.PayerCode, on) is not { } pack)
        {
            return new Evaluation(RulePack: null, coverage, Contract: null, BelowFloor: false, [Hold.RulePackMissing]);
        }

        var rules = pack.Rules.PerDiemFor(track).ToList();
        var (rule, contract) = rules
            .Select(rule => (rule, contract: contracts.FirstOrDefault(c => c.Code == rule.Code && c.Period.Contains(on))))
            .FirstOrDefault(pair => pair.contract is not null);
        var floor = rule?.FloorMinutes ?? rules.Min(r => r.FloorMinutes);
        if (minutes < floor)
        {
            return new Evaluation(pack.Id, coverage, contract, BelowFloor: true, []);
        }

        IReadOnlyList<Hold> holds = coverage is null ? [Hold.CoverageMissing] : contract is null ? [Hold.ContractMissing] : [];
        return new Evaluation(pack.Id, coverage, contract, BelowFloor: false, holds);
    }
}
