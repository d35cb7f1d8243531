using System.Buffers;
using System.Collections.Frozen;

namespace Platform.Billing.X12;

/// <summary>
/// The segments of the 005010 standard that the guides for claims and remittances use, with the number of elements each may
/// have. More than that means that a value contains a separator.
/// </summary>
internal static class X12Segments
{
    /// <summary>Stands for a segment of the envelope, which no transaction set contains.</summary>
    public const int EnvelopeOnly = -1;

    /// <summary>What a segment id is made of.</summary>
    public static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Known = new Dictionary<string, int>
    {
        ["ISA"] = EnvelopeOnly, ["GS"] = EnvelopeOnly, ["ST"] = EnvelopeOnly, ["SE"] = EnvelopeOnly,
        ["GE"] = EnvelopeOnly, ["IEA"] = EnvelopeOnly,
        ["AMT"] = 3, ["BHT"] = 6, ["BPR"] = 21, ["CAS"] = 19, ["CL1"] = 4, ["CLM"] = 20, ["CLP"] = 14, ["CN1"] = 6, ["CR1"] = 10,
        ["CR2"] = 12, ["CR3"] = 5, ["CRC"] = 7, ["CTP"] = 11, ["CUR"] = 21, ["DMG"] = 11, ["DTM"] = 6, ["DTP"] = 3, ["FRM"] = 5,
        ["HCP"] = 15, ["HI"] = 12, ["HL"] = 4, ["HSD"] = 8, ["K3"] = 3, ["LIN"] = 31, ["LQ"] = 2, ["LX"] = 1, ["MEA"] = 12,
        ["MIA"] = 24, ["MOA"] = 9, ["N1"] = 6, ["N3"] = 2, ["N4"] = 7, ["NM1"] = 12, ["NTE"] = 2, ["OI"] = 6, ["PAT"] = 9,
        ["PER"] = 9, ["PLB"] = 14, ["PRV"] = 6, ["PS1"] = 3, ["PWK"] = 9, ["QTY"] = 4, ["RDM"] = 5, ["REF"] = 4, ["SBR"] = 9,
        ["SV1"] = 21, ["SV2"] = 10, ["SV5"] = 7, ["SVC"] = 7, ["SVD"] = 6, ["TRN"] = 4, ["TS2"] = 19, ["TS3"] = 24,
    }.ToFrozenDictionary().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many elements a segment may have; null when the segment is not known.</summary>
    public static int? MaxElements(ReadOnlySpan<char> id) => Known.TryGetValue(id, out var most) ? most : null;
}
