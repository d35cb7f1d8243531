using System.Globalization;

namespace Platform.Billing.X12;

/// <summary>
/// Reads the transaction sets of a file one segment at a time and holds the envelope to its rules: ISA13 = IEA02,
/// GS06 = GE02, ST02 = SE02, the counts SE01, GE01 and IEA01, one set inside another, no control number twice.
/// Several interchanges may follow each other in a file.
/// </summary>
/// <remarks>
/// <c>while (reader.NextTransactionSet()) while (reader.NextSegment()) …</c>. The last <see cref="NextTransactionSet"/>
/// has seen the whole file; only then is all of it known to be sound.
/// </remarks>
public sealed class X12Reader(X12SegmentReader segments) : IDisposable
{
    private readonly HashSet<string> _setNumbers = [];
    private readonly HashSet<string> _groupNumbers = [];
    private Interchange? _interchange;
    private FunctionalGroup? _group;
    private TransactionSet? _set;
    private bool _inside;
    private int _groups;
    private int _sets;

    /// <summary>The interchange that is being read.</summary>
    public Interchange Interchange => _interchange ?? throw new InvalidOperationException("No interchange is open.");

    /// <summary>The functional group that is being read.</summary>
    public FunctionalGroup Group => _group ?? throw new InvalidOperationException("No functional group is open.");

    /// <summary>The transaction set that is being read, or was read last.</summary>
    public TransactionSet TransactionSet => _set ?? throw new InvalidOperationException("No transaction set is open.");

    /// <summary>The loop that the caller is in; it names the place of an error.</summary>
    public string? Loop { get; set; }

    /// <summary>The segment's number within the transaction set; ST is 1.</summary>
    public int SegmentNumber { get; private set; }

    /// <summary>The segment's id; valid until the next segment, as are all spans.</summary>
    public ReadOnlySpan<char> Id => segments.Id;

    /// <summary>How many elements the segment has after its id.</summary>
    public int ElementCount => segments.ElementCount;

    /// <summary>An element by its number from 1; empty when it is absent.</summary>
    public ReadOnlySpan<char> this[int element] => segments[element];

    /// <summary>A component of a composite element; empty when it is absent.</summary>
    public ReadOnlySpan<char> Component(int element, int component) => segments.Component(element, component);

    /// <summary>How many components an element has; 0 when it is absent.</summary>
    public int ComponentCount(int element) => segments.ComponentCount(element);

    /// <summary>Whether the segment is this one.</summary>
    public bool Is(string id) => segments.Id.SequenceEqual(id);

    /// <summary>Whether the segment is this one with this code in its first element, such as NM1*QC.</summary>
    public bool Is(string id, string code) => Is(id) && segments[1].SequenceEqual(code);

    /// <summary>Whether the segment is one of these.</summary>
    public bool IsAny(params ReadOnlySpan<string> ids)
    {
        foreach (var id in ids)
        {
            if (Is(id))
                return true;
        }
        return false;
    }

    /// <summary>Moves to the next ST; false when the file ends as it should.</summary>
    /// <exception cref="X12Exception">The envelope is broken.</exception>
    public bool NextTransactionSet()
    {
        if (_inside)
            throw new InvalidOperationException("The transaction set was not read to its end.");
        _set = null;
        while (ReadSegment())
        {
            if (Is("ISA"))
                OpenInterchange();
            else if (Is("GS"))
                OpenGroup();
            else if (Is("ST"))
            {
                OpenSet();
                return true;
            }
            else if (Is("GE"))
                CloseGroup();
            else if (Is("IEA"))
                CloseInterchange();
            else
                throw Error(null, "only ISA, GS, ST, GE and IEA stand outside a transaction set");
        }
        if (segments.SegmentCount == 0)
            throw X12Exception.Of("The file is empty.");
        if (_interchange is not null)
            throw X12Exception.At(null, null, segments.SegmentCount, null, null,
                $"the file ends before {(_group is null ? "IEA" : "GE")} of control number {_group?.ControlNumber ?? _interchange.ControlNumber}");
        return false;
    }

    /// <summary>Moves to the next segment of the transaction set; false at its SE, whose count and number were checked.</summary>
    /// <exception cref="X12Exception">The segment is not one that 005010 knows, or SE is wrong or missing.</exception>
    public bool NextSegment()
    {
        if (!ReadSegment())
            throw Error(null, $"the file ends before SE of transaction set {TransactionSet.ControlNumber}");
        SegmentNumber++;
        if (Is("SE"))
        {
            CloseSet();
            return false;
        }
        if (X12Segments.MaxElements(Id) is not { } most)
            throw Error(null, UnknownSegment());
        if (most == X12Segments.EnvelopeOnly)
            throw Error(null, $"a transaction set ends with SE; {Id} stands inside it");
        if (ElementCount > most)
            throw Error(null, $"has {ElementCount} elements and may have {most}: a value may contain the element separator");
        return true;
    }

    /// <summary>An error at the segment and one of its elements.</summary>
    /// <param name="element">The element's number from 1; null for the segment.</param>
    /// <param name="rule">What is wrong, without a person's data.</param>
    public X12Exception Error(int? element, string rule) => _set is null
        ? X12Exception.At(null, null, segments.SegmentCount, KnownId(), element, rule)
        : X12Exception.At(_set.ControlNumber, Loop, SegmentNumber, KnownId(), element, rule);

    /// <summary>An error at a segment of this transaction set that was read before.</summary>
    internal X12Exception ErrorAt(string? loop, int segmentNumber, string segmentId, int? element, string rule) =>
        X12Exception.At(TransactionSet.ControlNumber, loop, segmentNumber, segmentId, element, rule);

    /// <inheritdoc/>
    public void Dispose() => segments.Dispose();

    private bool ReadSegment()
    {
        try
        {
            return segments.Read();
        }
        catch (X12Exception e) when (_inside)
        {
            throw X12Exception.At(TransactionSet.ControlNumber, Loop, SegmentNumber + 1, null, null, e.Rule);
        }
    }

    private void OpenInterchange()
    {
        if (_interchange is not null)
            throw Error(null, $"the next interchange begins before IEA of {_interchange.ControlNumber}");
        if (!this[12].SequenceEqual("00501"))
            throw Error(12, "only version 00501 is read");
        _interchange = new()
        {
            SenderQualifier = this[5].ToString(),
            SenderId = this[6].TrimEnd(' ').ToString(),
            ReceiverQualifier = this[7].ToString(),
            ReceiverId = this[8].TrimEnd(' ').ToString(),
            Date = this.Date(9, "yyMMdd"),
            Time = this.Time(10),
            ControlNumber = this.Digits(13, 9, 9),
            AcknowledgementRequested = this.OneOf(14, "0", "1") == "1",
            IsTest = this.OneOf(15, "P", "T") == "T",
        };
        _groups = 0;
        _groupNumbers.Clear();
    }

    private void OpenGroup()
    {
        if (_interchange is null || _group is not null)
            throw Error(null, _interchange is null ? "stands outside an interchange" : $"the next group begins before GE of {_group!.ControlNumber}");
        _group = new()
        {
            FunctionalId = this.Text(1),
            SenderCode = this.Text(2),
            ReceiverCode = this.Text(3),
            Date = this.Date(4),
            Time = this.Time(5),
            ControlNumber = this.Digits(6, 1, 9),
            Version = this.Text(8),
        };
        if (!_groupNumbers.Add(_group.ControlNumber))
            throw Error(6, $"control number {_group.ControlNumber} stands twice in the interchange");
        _groups++;
        _sets = 0;
        _setNumbers.Clear();
    }

    private void OpenSet()
    {
        if (_group is null)
            throw Error(null, "stands outside a functional group");
        var number = this.Text(2);
        if (number.Length is < 4 or > 9 || !number.All(char.IsAsciiLetterOrDigit))
            throw Error(2, "a transaction set control number has four to nine letters or digits");
        if (!_setNumbers.Add(number))
            throw Error(2, $"control number {number} stands twice in the functional group");
        var set = new TransactionSet(this.Digits(1, 3, 3), number, this.OptionalText(3));
        if (set.Version is not null && set.Version != _group.Version)
            throw Error(3, $"names another guide than GS08, {_group.Version}");
        _sets++;
        (_set, _inside, Loop, SegmentNumber) = (set, true, null, 1);
    }

    private void CloseSet()
    {
        Loop = null;
        RequireSame(2, TransactionSet.ControlNumber, "ST02");
        RequireCount(1, SegmentNumber, "segments from ST to SE");
        _inside = false;
    }

    private void CloseGroup()
    {
        if (_group is null)
            throw Error(null, "ends a functional group that was not begun");
        RequireSame(2, _group.ControlNumber, "GS06");
        RequireCount(1, _sets, "transaction sets");
        _group = null;
    }

    private void CloseInterchange()
    {
        if (_interchange is null || _group is not null)
            throw Error(null, _interchange is null ? "ends an interchange that was not begun" : $"stands before GE of {_group!.ControlNumber}");
        RequireSame(2, _interchange.ControlNumber, "ISA13");
        RequireCount(1, _groups, "functional groups");
        _interchange = null;
    }

    private void RequireSame(int element, string opened, string with)
    {
        var closed = this.Text(element);
        if (closed != opened)
            throw Error(element, $"is {X12Elements.Quote(closed)} and {with} is {opened}; they must be the same");
    }

    private void RequireCount(int element, int counted, string what)
    {
        var said = this.Digits(element, 1, 10);
        if (long.Parse(said, CultureInfo.InvariantCulture) != counted)
            throw Error(element, string.Create(CultureInfo.InvariantCulture, $"says {said} {what}; there are {counted}"));
    }

    private string UnknownSegment()
    {
        Span<char> upper = stackalloc char[3];
        if (Id.Length is < 2 or > 3 || Id.ContainsAnyExcept(X12Segments.IdCharacters))
        {
            if (Id.Length is 2 or 3 && Id.ToUpperInvariant(upper) == Id.Length && X12Segments.MaxElements(upper[..Id.Length]) is not null)
                return $"segment id {upper[..Id.Length]} is written in lower case";
            return "a segment begins with an id of two or three capital letters and digits; a value may contain the segment terminator";
        }
        return "is not a segment that 005010 knows";
    }

    private string? KnownId() =>
        segments.SegmentCount > 0 && X12Segments.MaxElements(Id) is not null ? Id.ToString() : null;
}
