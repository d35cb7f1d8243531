namespace Platform.Billing.X12;

/// <summary>
/// Reads 835 files (005010X221A1). Envelope, counts, required elements and the three balances are checked to the cent;
/// whatever is wrong refuses the file with its loop, segment number and both sums.
/// </summary>
/// <remarks>
/// The guide orders the loops, and a segment belongs to the loop it stands in. Within a loop, the segments after its first
/// may come in any order: payers do vary it, and it changes no meaning. Segments of the guide that carry nothing for
/// posting (N3, N4, PER, RDM, TS2, TS3, QTY, and NM1 of others than the patient) are checked for their place and read past.
/// </remarks>
public static class RemittanceReader
{
    /// <summary>
    /// Reads each 835 of a file in turn, in the memory of one. An error may come after some were given, and then the file is
    /// refused as a whole: commit nothing before the last one.
    /// </summary>
    /// <param name="stream">The file in UTF-8, of which the X12 character sets are a part; it stays open.</param>
    /// <exception cref="X12Exception">While enumerating: the file is damaged, breaks the guide or does not balance.</exception>
    public static IEnumerable<Remittance> Read(Stream stream)
    {
        using var reader = new X12Reader(new X12SegmentReader(stream));
        while (reader.NextTransactionSet())
        {
            if (reader.TransactionSet.Id != "835")
                throw reader.Error(1, $"is {reader.TransactionSet.Id}; a remittance file holds 835 only");
            if (reader.Group.FunctionalId != "HP" || !reader.Group.Version.StartsWith("005010X221", StringComparison.Ordinal))
                throw reader.Error(null, "the functional group is not one of 005010X221A1 (GS01 HP, GS08)");
            yield return new RemittanceSetReader(reader).Read();
        }
    }
}
