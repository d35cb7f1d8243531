using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Billing.Charges;

/// <summary>
/// Holds what a person has ready to be claimed when nothing allows disclosure for payment any more. This only shows it early: each
/// claim run and each claim file asks Enrollment itself, and a run that is told otherwise releases the hold.
/// </summary>
internal sealed class ConsentRevokedHandler : IEventHandler<BillingDbContext, ConsentRevoked>
{
    /// <inheritdoc/>
    public async Task HandleAsync(BillingDbContext db, ConsentRevoked domainEvent, CancellationToken cancellationToken)
    {
        if (!domainEvent.Uncovered.Contains("PAYMENT", StringComparer.Ordinal))
        {
            return;
        }

        await db.HoldMergesAsync(cancellationToken);
        var persons = await db.IdsOfAsync(domainEvent.PersonId, cancellationToken);
        var ids = await db.Charges
            .Where(c => persons.Contains(c.PersonId) && c.Status == ChargeStatus.Ready)
            .Select(c => c.Id)
            .ToListAsync(cancellationToken);
        foreach (var charge in (await ChargeRows.LockAsync(db, ids, cancellationToken)).Where(c => c.Status == ChargeStatus.Ready))
        {
            charge.HoldForClaim([Hold.ConsentMissing]);
            db.Audit(new AuditNote("charge.hold", "charge", charge.Id, charge.PersonId, "PAYMENT"));
            db.Publish(Pricing.Changed(charge), charge.Id);
        }
    }
}
