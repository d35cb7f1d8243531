using Microsoft.EntityFrameworkCore;
using Platform.Billing.Coverages;
using Platform.Contracts.Events.Attendance;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Billing.Charges;

/// <summary>
/// Makes the charge of a closed service day: one, however often and in whatever order the day's versions arrive.
/// </summary>
/// <remarks>
/// Evaluation needs the site's state and what the program treats, which Enrollment owns. It is asked outside of every transaction,
/// so the charge is only recorded here, held with EVALUATION_PENDING, and put into the queue of the <see cref="PricingWorker"/> in
/// the same transaction. While Enrollment is down, charges wait there and are evaluated by themselves when it answers.
/// </remarks>
internal sealed class ServiceDayClosedHandler(PricingSignal signal) : IEventHandler<BillingDbContext, ServiceDayClosed>
{
    /// <inheritdoc/>
    public async Task HandleAsync(BillingDbContext db, ServiceDayClosed domainEvent, CancellationToken cancellationToken)
    {
        var day = new ServiceDay(
            domainEvent.ServiceDayId,
            domainEvent.Version,
            domainEvent.EpisodeId,
            await db.KeptIdAsync(domainEvent.PersonId, cancellationToken),
            domainEvent.SiteId,
            domainEvent.ProgramId,
            domainEvent.On,
            domainEvent.Minutes.Values.Sum(),
            domainEvent.FacilitatorId);
        await PricingLock.ShareAsync(db, day.PersonId, cancellationToken);
        var known = await db.Charges.Where(c => c.ServiceDayId == day.Id).Select(c => c.Id).ToListAsync(cancellationToken);
        var charge = (await ChargeRows.LockAsync(db, known, cancellationToken)).SingleOrDefault();
        if (charge is null)
        {
            charge = Charge.For(day, db.NewId(), db.NetworkId);
            db.Charges.Add(charge);
        }
        else
        {
            var (wasPriced, unit) = (charge.ContractId is not null, charge.AuthorizationId);
            if (!charge.Amend(day))
            {
                return;
            }

            if (wasPriced && charge.ContractId is null)
            {
                if (unit is { } authorization)
                {
                    await AuthorizationUnits.GiveBackAsync(db, authorization, cancellationToken);
                }

                await PendingCharges.AddHeldOfAsync(db, charge.PersonId, cancellationToken);
            }
        }

        db.Audit(new AuditNote("charge.record", "charge", charge.Id, charge.PersonId, "PAYMENT"));
        db.Publish(Pricing.Changed(charge), charge.Id);
        if (!charge.IsClaimed)
        {
            await PendingCharges.AddAsync(db, charge.Id, charge.SiteId, cancellationToken);
            db.AfterCommit(_ => signal.SetAsync());
        }
    }
}
