namespace Platform.Billing.X12;

/// <summary>
/// Reads 837I files (005010X223 and its errata) back into what <see cref="InstitutionalClaimWriter"/> writes. Envelope,
/// counts, hierarchical levels and CLM02 = Σ SV203 are checked; whatever is wrong refuses the file with its place.
/// </summary>
/// <remarks>
/// What the guide allows and the model does not hold (other payers, occurrence codes and more) is checked for its place and
/// listed in <see cref="InstitutionalClaimBatch.NotHeld"/>. Whether a claim that was read could be written again is for
/// <see cref="InstitutionalClaimRules.Problems"/> to say.
/// </remarks>
public static class InstitutionalClaimReader
{
    /// <summary>Reads each 837I of a file in turn, in the memory of one.</summary>
    /// <param name="stream">The file in UTF-8, of which the X12 character sets are a part; it stays open.</param>
    /// <exception cref="X12Exception">While enumerating: the file is damaged, breaks the guide or does not balance.</exception>
    public static IEnumerable<InstitutionalClaimBatch> Read(Stream stream)
    {
        using var reader = new X12Reader(new X12SegmentReader(stream));
        while (reader.NextTransactionSet())
        {
            if (reader.TransactionSet.Id != "837")
                throw reader.Error(1, $"is {reader.TransactionSet.Id}; a claim file holds 837 only");
            if (reader.Group.FunctionalId != "HC" || !reader.Group.Version.StartsWith("005010X223", StringComparison.Ordinal))
                throw reader.Error(null, "the functional group is not one of 005010X223A2 (GS01 HC, GS08)");
            yield return new InstitutionalBatchReader(reader).Read();
        }
    }
}
