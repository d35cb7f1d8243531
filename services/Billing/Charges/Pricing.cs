using Microsoft.EntityFrameworkCore;
using Platform.Billing.Coverages;
using Platform.Billing.RulePacks;
using Platform.Contracts.Events.Billing;
using Platform.Shared.RulePacks;

namespace Platform.Billing.Charges;

/// <summary>
/// Evaluates charges in a transaction. Whoever prices holds <see cref="PricingLock"/>, so that no coverage, contract or
/// authorization appears between what an evaluation reads and its commit: none is missed, in whatever order they come.
/// </summary>
internal sealed class Pricing(RulePackSet<BillingRules> packs)
{
    /// <summary>
    /// Evaluates a charge that is locked, or leaves it as it is when it was claimed or its site is not yet known. A unit that it
    /// holds is given back first; what it comes to is published.
    /// </summary>
    public async Task PriceAsync(BillingDbContext db, Charge charge, CancellationToken cancellationToken)
    {
        if (charge.IsClaimed || charge.State is not { } state)
        {
            return;
        }

        var wasPriced = charge.ContractId is not null;
        if (charge.AuthorizationId is { } held)
        {
            await AuthorizationUnits.GiveBackAsync(db, held, cancellationToken);
        }

        var coverage = await db.Coverages
            .Where(c => c.PersonId == charge.PersonId && c.EffectiveFrom <= charge.On && (c.EffectiveTo == null || c.EffectiveTo >= charge.On))
            .SingleOrDefaultAsync(cancellationToken);
        var payer = coverage is null ? null : await db.Payers.SingleAsync(p => p.Id == coverage.PayerId, cancellationToken);
        var contracts = coverage is null
            ? []
            : await db.Contracts.Where(c => c.PayerId == coverage.PayerId).ToListAsync(cancellationToken);
        var evaluation = Evaluation.Of(packs, state, charge.Track, charge.On, charge.Minutes, coverage, payer, contracts);
        if (evaluation is { BelowFloor: false, Holds.Count: 0 } && await IsChargedAlreadyAsync(db, charge, cancellationToken))
        {
            evaluation = evaluation with { Holds = [Hold.DayAlreadyCharged] };
        }

        var unit = default(UnitTaken);
        if (evaluation.NeedsAuthorization)
        {
            unit = await AuthorizationUnits.TakeAsync(
                db, charge.EpisodeId, coverage!.PayerId, evaluation.Contract!.Code, charge.On, cancellationToken);
            if (unit.AuthorizationId is null)
            {
                evaluation = evaluation with
                {
                    Holds = [unit.Exhausted ? Hold.AuthorizationExhausted : Hold.AuthorizationMissing],
                };
            }
        }

        charge.Apply(evaluation, unit.AuthorizationId);
        if (wasPriced && charge.ContractId is null)
        {
            await PendingCharges.AddHeldOfAsync(db, charge.PersonId, cancellationToken);
        }

        db.Publish(Changed(charge), charge.Id);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The event that a charge moved on.</summary>
    public static ChargeChanged Changed(Charge charge) => new(
        charge.Id,
        charge.Version,
        charge.ServiceDayId,
        charge.EpisodeId,
        charge.SiteId,
        charge.On,
        charge.Status.Code(),
        charge.Amount.Cents,
        [.. charge.Holds.Select(hold => hold.Code)]);

    private static Task<bool> IsChargedAlreadyAsync(BillingDbContext db, Charge charge, CancellationToken cancellationToken) =>
        db.Charges.AnyAsync(
            c => c.PersonId == charge.PersonId && c.On == charge.On && c.Id != charge.Id && c.ContractId != null, cancellationToken);
}
