namespace Platform.Billing.Charges;

/// <summary>Where a charge stands.</summary>
internal enum ChargeStatus
{
    /// <summary>Something that is required is missing; the holds say what.</summary>
    Held,

    /// <summary>Ready to be claimed.</summary>
    Ready,

    /// <summary>In a claim.</summary>
    Claimed,

    /// <summary>Paid, fully or in part, with the rest adjusted or the patient's.</summary>
    Paid,

    /// <summary>Denied.</summary>
    Denied,

    /// <summary>Below the floor for a day: nothing is billed per diem.</summary>
    NotBillable,
}

/// <summary>Codes of <see cref="ChargeStatus"/>.</summary>
internal static class ChargeStatusCodes
{
    /// <summary>The code in events, such as NOT_BILLABLE.</summary>
    public static string Code(this ChargeStatus status) => status switch
    {
        ChargeStatus.Held => "HELD",
        ChargeStatus.Ready => "READY",
        ChargeStatus.Claimed => "CLAIMED",
        ChargeStatus.Paid => "PAID",
        ChargeStatus.Denied => "DENIED",
        _ => "NOT_BILLABLE",
    };
}
