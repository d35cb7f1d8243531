using System.Globalization;
using Platform.Shared.Persistence;

namespace Platform.Billing.Claims;

/// <summary>
/// The numbers that a network gave last. Its row is locked until the file that they stand in is committed, so numbers are given
/// once and, since a rollback takes them back, without gaps.
/// </summary>
internal sealed class ClaimNumbers : ITenantOwned
{
    private const int MaximumControlNumber = 999_999_999;

    public Guid NetworkId { get; init; }

    public long LastClaim { get; private set; }

    public int LastControl { get; private set; }

    /// <summary>The next claim number, such as C0000000042: within the 20 characters that CLM01 and CLP01 have for it.</summary>
    public string NextClaim() => string.Create(CultureInfo.InvariantCulture, $"C{++LastClaim:D10}");

    /// <summary>The next interchange control number: nine digits, beginning again after the last.</summary>
    public int NextControl() => LastControl = LastControl == MaximumControlNumber ? 1 : LastControl + 1;
}
