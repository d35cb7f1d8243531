using System.Globalization;

namespace Platform.Billing.X12;

/// <summary>
/// A file, or a claim to be written, breaks a rule. The text names the place, amounts, codes and control numbers, and
/// never a person's name, member id, birth date or diagnosis, so that it may be shown, logged and stored.
/// </summary>
public sealed class X12Exception : FormatException
{
    private X12Exception(string message, string rule) : base(message) => Rule = rule;

    /// <summary>What is wrong, without the place.</summary>
    public string Rule { get; }

    /// <summary>ST02 of the transaction set; null outside of one.</summary>
    public string? TransactionSet { get; private init; }

    /// <summary>The loop of the implementation guide, such as <c>2110</c>; null where no loop was entered.</summary>
    public string? Loop { get; private init; }

    /// <summary>
    /// The number of the segment: within the transaction set (ST is 1), or within the file (the first ISA is 1) outside
    /// of one; null when no file is being read.
    /// </summary>
    public int? SegmentNumber { get; private init; }

    /// <summary>The segment's id; null when it is not one that 005010 knows, as it could then be part of a name.</summary>
    public string? SegmentId { get; private init; }

    /// <summary>The element's number within the segment, from 1; null when the segment as a whole is meant.</summary>
    public int? Element { get; private init; }

    internal static X12Exception Of(string rule) => new(rule, rule);

    internal static X12Exception At(
        string? transactionSet, string? loop, int segmentNumber, string? segmentId, int? element, string rule)
    {
        var place = string.Create(CultureInfo.InvariantCulture,
            $"{(transactionSet is null ? "File" : $"Transaction set {transactionSet}")}{(loop is null ? "" : $", loop {loop}")}, segment {segmentNumber}");
        if (segmentId is not null)
            place += element is { } e ? string.Create(CultureInfo.InvariantCulture, $", {segmentId}{e:00}") : $", {segmentId}";
        return new($"{place}: {rule}", rule)
        {
            TransactionSet = transactionSet,
            Loop = loop,
            SegmentNumber = segmentNumber,
            SegmentId = segmentId,
            Element = element,
        };
    }
}
