using System.Globalization;
using System.Text;

namespace Platform.Billing.X12;

/// <summary>
/// Writes one interchange with one functional group, and counts: SE01 and GE01 are computed, and control numbers repeated.
/// Text is written in capitals of the basic character set; a value that contains a separator is refused, because nothing
/// in X12 can escape it.
/// </summary>
internal sealed class X12Writer(TextWriter text, X12Delimiters delimiters, bool lineBreaks)
{
    private readonly StringBuilder _line = new();
    private Interchange? _interchange;
    private FunctionalGroup? _group;
    private string? _set;
    private int _sets;
    private int _segments;

    /// <summary>The loop that is being written; it names the place of an error.</summary>
    public string? Loop { get; set; }

    /// <summary>Writes ISA, whose elements have fixed lengths, and GS.</summary>
    public void Open(Interchange interchange, FunctionalGroup group)
    {
        (_interchange, _group, _sets) = (interchange, group, 0);
        if (interchange.ControlNumber.Length != 9 || !IsDigits(interchange.ControlNumber))
            throw X12Exception.Of("ISA13, the interchange control number, must be nine digits.");
        if (group.ControlNumber.Length is < 1 or > 9 || !IsDigits(group.ControlNumber))
            throw X12Exception.Of("GS06, the group control number, must be one to nine digits.");
        _line.Append("ISA");
        Fixed(1, "00", 2);
        Fixed(2, "", 10);
        Fixed(3, "00", 2);
        Fixed(4, "", 10);
        Fixed(5, interchange.SenderQualifier, 2);
        Fixed(6, interchange.SenderId, 15);
        Fixed(7, interchange.ReceiverQualifier, 2);
        Fixed(8, interchange.ReceiverId, 15);
        Fixed(9, interchange.Date.ToString("yyMMdd", CultureInfo.InvariantCulture), 6);
        Fixed(10, Time(interchange.Time), 4);
        _line.Append(delimiters.Element);
        _line.Append(delimiters.Repetition);
        Fixed(12, "00501", 5);
        Fixed(13, interchange.ControlNumber, 9);
        Fixed(14, interchange.AcknowledgementRequested ? "1" : "0", 1);
        Fixed(15, interchange.IsTest ? "T" : "P", 1);
        _line.Append(delimiters.Element);
        _line.Append(delimiters.Component);
        EndSegment();
        Segment("GS", group.FunctionalId, group.SenderCode, group.ReceiverCode, Date(group.Date), Time(group.Time), group.ControlNumber, "X", group.Version);
    }

    /// <summary>Writes ST.</summary>
    public void OpenSet(string id, string controlNumber, string? version)
    {
        if (controlNumber.Length is < 4 or > 9 || !controlNumber.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
            throw X12Exception.Of("ST02, the transaction set control number, must be four to nine capital letters or digits.");
        (_set, _segments, Loop) = (controlNumber, 0, null);
        _sets++;
        Segment("ST", id, controlNumber, version);
    }

    /// <summary>Writes SE with the number of segments from ST to it.</summary>
    public void CloseSet()
    {
        Segment("SE", Count(_segments + 1), _set);
        _set = null;
    }

    /// <summary>Writes GE and IEA.</summary>
    public void Close()
    {
        Segment("GE", Count(_sets), _group!.ControlNumber);
        Segment("IEA", "1", _interchange!.ControlNumber);
        text.Flush();
    }

    /// <summary>Writes one segment; trailing absent elements and components are left out.</summary>
    /// <exception cref="X12Exception">A value contains a separator or a character that X12 lacks.</exception>
    public void Segment(string id, params ReadOnlySpan<X12Value> elements)
    {
        _segments++;
        _line.Append(id);
        var pending = 0;
        for (var i = 0; i < elements.Length; i++)
        {
            pending++;
            var element = elements[i];
            if (element.Components is null ? string.IsNullOrEmpty(element.Simple) : Array.TrueForAll(element.Components, string.IsNullOrEmpty))
                continue;
            for (; pending > 0; pending--)
                _line.Append(delimiters.Element);
            if (element.Components is { } components)
                Composite(id, i + 1, components);
            else
                Value(id, i + 1, element.Simple!);
        }
        EndSegment();
    }

    /// <summary>A day as CCYYMMDD.</summary>
    public static string Date(DateOnly date) => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>A time of day as HHMM.</summary>
    public static string Time(TimeOnly time) => time.ToString("HHmm", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static bool IsDigits(string value) => value.All(char.IsAsciiDigit);

    private void Composite(string id, int element, string?[] components)
    {
        var pending = 0;
        for (var i = 0; i < components.Length; i++)
        {
            if (!string.IsNullOrEmpty(components[i]))
            {
                for (; pending > 0; pending--)
                    _line.Append(delimiters.Component);
                Value(id, element, components[i]!);
            }
            pending++;
        }
    }

    private void Value(string id, int element, string value)
    {
        if (value[^1] == ' ' || value[0] == ' ')
            throw Error(id, element, "begins or ends with a space");
        foreach (var character in value)
        {
            var capital = X12Text.Capital(character);
            if (capital == '\0')
                throw Error(id, element, $"contains U+{(int)character:X4}, which X12 does not carry");
            if (delimiters.Contains(capital))
                throw Error(id, element, $"contains '{capital}', which is a separator of this file");
            _line.Append(capital);
        }
    }

    private void Fixed(int element, string value, int length)
    {
        _line.Append(delimiters.Element);
        if (value.Length > length)
            throw Error("ISA", element, $"has at most {length} characters");
        if (value.Length > 0)
            Value("ISA", element, value);
        _line.Append(' ', length - value.Length);
    }

    private void EndSegment()
    {
        _line.Append(delimiters.Segment);
        if (lineBreaks)
            _line.Append('\n');
        text.Write(_line);
        _line.Clear();
    }

    private X12Exception Error(string id, int element, string rule) =>
        X12Exception.At(_set, Loop, Math.Max(_segments, 1), id, element, rule);
}
