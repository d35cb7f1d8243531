using System.Runtime.InteropServices;

namespace Platform.Enrollment.Sites;

/// <summary>Who pays for care. Numbered as in the API.</summary>
internal enum PayerKind
{
    /// <summary>Private health insurance.</summary>
    Commercial = 1,

    /// <summary>Medicaid, and the plans that manage it.</summary>
    Medicaid = 2,

    /// <summary>Medicare, and its Advantage plans.</summary>
    Medicare = 3,

    /// <summary>TRICARE and other insurance of the armed forces.</summary>
    Military = 4,

    /// <summary>The Department of Veterans Affairs.</summary>
    VeteransAffairs = 5,

    /// <summary>A state's health insurance plan other than Medicaid.</summary>
    StatePlan = 6,

    /// <summary>Federal, state and local funds: block grants, corrections, child welfare, education.</summary>
    PublicFunds = 7,

    /// <summary>The person.</summary>
    SelfPay = 8,
}

/// <summary>A payer whom a site accepts.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Code">Its identifier on claims (X12 NM109 with qualifier PI); empty for every payer of the kind.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AcceptedPayer(PayerKind Kind, string Code)
{
    /// <summary>A payer code has at most 80 characters (X12 NM109).</summary>
    public const int LongestCode = 80;

    /// <summary>What a code must be, in words.</summary>
    public const string CodeExpected = "must have at most 80 characters, without spaces and semicolons";

    /// <summary>Whether a payer of a kind is accepted; without a code, whether any of the kind is.</summary>
    public bool Covers(PayerKind kind, string code) => kind == Kind && (Code.Length == 0 || code.Length == 0 || Code == code);

    /// <summary>As it is kept and as a CSV file has it: the kind, and after a colon the code, when there is one.</summary>
    public override string ToString() => Code.Length == 0 ? Kind.ToString() : $"{Kind}:{Code}";

    /// <summary>Reads <see cref="ToString"/> back.</summary>
    public static AcceptedPayer Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new AcceptedPayer(Enum.Parse<PayerKind>(text), string.Empty)
            : new AcceptedPayer(Enum.Parse<PayerKind>(text.AsSpan(0, colon)), text[(colon + 1)..]);
    }

    /// <summary>Whether a code may be kept: without spaces, semicolons and control characters.</summary>
    public static bool IsCode(string text) =>
        text.Length <= LongestCode && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == ';');
}
