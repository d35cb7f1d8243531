using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Billing.Coverages;

/// <summary>
/// Keeps coverages, authorizations and charges of a merged record under the record that stays, and evaluates again what was held.
/// A person has one coverage on any day and one priced charge for it: where both records have one, the merged record's stays where
/// it is, under the id that is its alias. Claims are documents and keep the id that they were written with.
/// </summary>
internal sealed class PersonsMergedHandler(PricingSignal signal) : IEventHandler<BillingDbContext, PersonsMerged>
{
    /// <inheritdoc/>
    public async Task HandleAsync(BillingDbContext db, PersonsMerged domainEvent, CancellationToken cancellationToken)
    {
        var merged = domainEvent.MergedId;
        var kept = await db.FollowMergeAsync(domainEvent.KeptId, merged, cancellationToken);
        await PricingLock.TakeAsync(db, cancellationToken);
        var coverages = await db.Coverages
            .Where(c => c.PersonId == merged && !db.Coverages.Any(k => k.PersonId == kept
                && (k.EffectiveTo == null || k.EffectiveTo >= c.EffectiveFrom)
                && (c.EffectiveTo == null || c.EffectiveTo >= k.EffectiveFrom)))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.PersonId, kept), cancellationToken);
        var authorizations = await db.Authorizations
            .Where(a => a.PersonId == merged)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.PersonId, kept), cancellationToken);
        var charges = await db.Charges
            .Where(c => c.PersonId == merged && (c.ContractId == null
                || !db.Charges.Any(k => k.PersonId == kept && k.On == c.On && k.ContractId != null)))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.PersonId, kept), cancellationToken);
        if (coverages + authorizations + charges == 0)
        {
            return;
        }

        db.Audit(new AuditNote("person.merge", "person", merged, kept, "PAYMENT"));
        await PendingCharges.AddHeldOfAsync(db, kept, cancellationToken);
        db.AfterCommit(_ => signal.SetAsync());
    }
}
