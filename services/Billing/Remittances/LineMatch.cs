using Platform.Billing.Charges;
using Platform.Billing.X12;

namespace Platform.Billing.Remittances;

/// <summary>Finds the charge that a service line of a remittance is about.</summary>
internal static class LineMatch
{
    /// <summary>
    /// By the line id that went out with the claim (REF*6R); when the payer does not repeat it, by the code that was billed and
    /// the day, as long as that names one charge.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="charges">The charges of the claim.</param>
    /// <returns>The charge; null when there is none or more than one.</returns>
    public static Charge? Find(RemittanceLine line, IReadOnlyCollection<Charge> charges)
    {
        if (line.LineControlNumber is { } control && charges.FirstOrDefault(c => c.LineControlNumber == control) is { } known)
        {
            return known;
        }

        var code = (line.BilledProcedure ?? line.Procedure).Code;
        var alike = charges.Where(c => c.Code == code && (line.From is null || c.On == line.From)).Take(2).ToList();
        return alike is [var one] ? one : null;
    }
}
