namespace Platform.Enrollment.Sites.Import;

/// <summary>The kinds of payers behind the words that the federal locator has for payment (its service code PAY).</summary>
internal static class LocatorPayments
{
    private static readonly (string Begins, PayerKind Kind)[] Words =
    [
        ("Medicaid", PayerKind.Medicaid),
        ("Medicare", PayerKind.Medicare),
        ("Private health insurance", PayerKind.Commercial),
        ("Military insurance", PayerKind.Military),
        ("U.S. Department of VA", PayerKind.VeteransAffairs),
        ("State-financed health insurance", PayerKind.StatePlan),
        ("Cash or self-payment", PayerKind.SelfPay),
        ("Federal", PayerKind.PublicFunds),
        ("County or local government", PayerKind.PublicFunds),
        ("Community Mental Health Block Grants", PayerKind.PublicFunds),
        ("Community Service Block Grants", PayerKind.PublicFunds),
        ("IHS/Tribal/Urban", PayerKind.PublicFunds),
        ("Other State funds", PayerKind.PublicFunds),
        ("State ", PayerKind.PublicFunds),
    ];

    /// <summary>The kinds, each once, in the order of their numbers; words that are not known name none.</summary>
    public static AcceptedPayer[] KindsOf(IEnumerable<string> payments) =>
    [
        .. payments
            .SelectMany(payment => Words
                .Where(word => payment.StartsWith(word.Begins, StringComparison.OrdinalIgnoreCase))
                .Take(1)
                .Select(word => word.Kind))
            .Distinct()
            .Order()
            .Select(kind => new AcceptedPayer(kind, string.Empty)),
    ];
}
