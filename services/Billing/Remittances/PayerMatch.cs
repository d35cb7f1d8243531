using Microsoft.EntityFrameworkCore;
using Platform.Billing.Payers;
using Platform.Billing.X12;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Billing.Remittances;

/// <summary>Finds the registered payer that a remittance is from.</summary>
internal static class PayerMatch
{
    /// <summary>
    /// By the identifiers that the payer gives itself (N1*PR N104, REF*2U); only when it gives none, by its name. A payer posts its
    /// own remittances only, and is not told of others.
    /// </summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION PAYER_UNKNOWN; NOT_FOUND for a payer that posts another one's.</exception>
    public static async Task<Payer> FindAsync(Operation<BillingDbContext> op, RemittancePayer named)
    {
        List<string> ids = [.. named.References.Where(r => r.Qualifier == "2U").Select(r => r.Value)];
        if (named.PlanId is { } plan)
        {
            ids.Add(plan);
        }

        var payers = await op.Db.Payers.ToListAsync(op.CancellationToken);
        var found = payers.Where(p => ids.Count > 0
            ? ids.Contains(p.PayerCode, StringComparer.Ordinal)
            : p.Name.Equals(named.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        var payer = found is [var one] ? one : null;
        if (op.Caller.Role == CallerRole.Payer && payer?.Id != op.Caller.PayerId)
        {
            throw DomainError.NotFound("payer").ToException();
        }

        return payer ?? throw DomainError.Precondition(
            "PAYER_UNKNOWN",
            ids.Count > 0
                ? $"No payer is registered with payer_code {string.Join(" or ", ids)}. Register it, then post the file again."
                : "The file names the payer by name only, and no payer or more than one has that name. Register it, then post the file again.")
            .ToException();
    }
}
