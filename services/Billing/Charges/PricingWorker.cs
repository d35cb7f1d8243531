using System.Data.Common;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Peers;
using Platform.Shared.Auditing;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Security;

namespace Platform.Billing.Charges;

/// <summary>
/// Evaluates the charges that wait: asks Enrollment once per site, then prices each charge in a transaction of its own. Several
/// workers do no harm, since a charge is priced under its lock and by whoever takes it out of the queue. A site for which
/// Enrollment does not answer waits longer each time and holds up no other.
/// </summary>
internal sealed class PricingWorker(
    Database<BillingDbContext> database,
    EnrollmentPeer enrollment,
    Pricing pricing,
    PricingSignal signal,
    TimeProvider time,
    ILogger<PricingWorker> log) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly AuditActor Actor = new("billing", RoleNames.Of(CallerRole.Service), string.Empty);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) < Batch)
                {
                    await signal.WaitAsync(Poll, time, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is DomainException or DbException)
            {
                log.LogWarning("Charges wait to be evaluated: {Reason}", e.Message);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Evaluates what is due.</summary>
    /// <returns>How many charges were due.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await PendingCharges.DueAsync(database, Batch, cancellationToken);
        foreach (var site in due.GroupBy(p => (p.NetworkId, p.SiteId)))
        {
            SiteFacts facts;
            try
            {
                facts = await enrollment.GetSiteAsync(site.Key.NetworkId, site.Key.SiteId, cancellationToken);
            }
            catch (Exception e) when (e is DomainException or RpcException)
            {
                log.LogWarning("Charges of site {Site} wait to be evaluated: {Reason}", site.Key.SiteId, e.Message);
                await PendingCharges.BackOffAsync(database, [.. site], LongestWait, cancellationToken);
                continue;
            }

            foreach (var pending in site)
            {
                try
                {
                    await PriceAsync(pending, facts, cancellationToken);
                }
                catch (Exception e) when (e is not (OperationCanceledException or DomainException { Error.Kind: ErrorKind.Unavailable }))
                {
                    // One charge that cannot be evaluated holds up no other.
                    log.LogError(e, "Charge {Charge} cannot be evaluated and waits", pending.ChargeId);
                    await PendingCharges.BackOffAsync(database, [pending], LongestWait, cancellationToken);
                }
            }
        }

        return due.Count;
    }

    private Task<bool> PriceAsync(PendingCharge pending, SiteFacts facts, CancellationToken cancellationToken) =>
        database.WriteAsync(
            pending.NetworkId,
            Actor,
            async (db, ct) =>
            {
                var person = await db.Charges.Where(c => c.Id == pending.ChargeId).Select(c => c.PersonId).SingleAsync(ct);
                await PricingLock.ShareAsync(db, person, ct);
                if (!await PendingCharges.RemoveAsync(db, pending.ChargeId, ct)
                    || await ChargeRows.LockAsync(db, pending.ChargeId, ct) is not { IsClaimed: false } charge)
                {
                    return false;
                }

                charge.Place(facts.State, facts.TrackOf(charge.ProgramId));
                await pricing.PriceAsync(db, charge, ct);
                db.Audit(new AuditNote("charge.evaluate", "charge", charge.Id, charge.PersonId, "PAYMENT"));
                return true;
            },
            cancellationToken);
}
