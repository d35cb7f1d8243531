namespace Platform.Billing.Ledger;

/// <summary>An account of the ledger. A debit is positive, a credit negative.</summary>
internal enum Account
{
    /// <summary>What payers owe for claims.</summary>
    Receivable,

    /// <summary>What was charged.</summary>
    Revenue,

    /// <summary>What payers paid.</summary>
    Cash,

    /// <summary>Written off as the contract says (CO-45).</summary>
    ContractualAdjustment,

    /// <summary>Not paid for any other reason that is not the patient's.</summary>
    OtherAdjustment,

    /// <summary>What patients owe (PR).</summary>
    PatientReceivable,

    /// <summary>Taken from or added to payments outside of claims (PLB).</summary>
    ProviderAdjustment,

    /// <summary>Paid for claims that are not known.</summary>
    Unmatched,
}

/// <summary>Codes of <see cref="Account"/>.</summary>
internal static class AccountCodes
{
    /// <summary>The code in the API, such as PATIENT_RECEIVABLE.</summary>
    public static string Code(this Account account) => account switch
    {
        Account.Receivable => "RECEIVABLE",
        Account.Revenue => "REVENUE",
        Account.Cash => "CASH",
        Account.ContractualAdjustment => "CONTRACTUAL_ADJUSTMENT",
        Account.OtherAdjustment => "OTHER_ADJUSTMENT",
        Account.PatientReceivable => "PATIENT_RECEIVABLE",
        Account.ProviderAdjustment => "PROVIDER_ADJUSTMENT",
        _ => "UNMATCHED",
    };
}
