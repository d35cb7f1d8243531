using System.Buffers;
using System.Text;

namespace Platform.Billing.X12;

/// <summary>
/// Cuts a text into X12 segments and elements, one segment at a time in one pooled buffer, so that a file of any size is
/// read in constant memory. The separators are taken from each ISA. It knows no envelope: that is <see cref="X12Reader"/>.
/// </summary>
public sealed class X12SegmentReader : IDisposable
{
    /// <summary>The fixed length of ISA with its terminator (X12.5).</summary>
    internal const int IsaLength = 106;

    // The longest segment of a health care guide is far below this; beyond it the terminator is missing.
    private const int MaxSegmentLength = 64 * 1024;
    private const int MaxElements = 64;

    // Where the sixteen element separators of ISA stand.
    private static ReadOnlySpan<byte> IsaSeparators => [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103];

    private readonly TextReader _text;
    private readonly int[] _starts = new int[MaxElements + 2];
    private char[] _buffer = ArrayPool<char>.Shared.Rent(MaxSegmentLength * 2);
    private int _position;
    private int _end;
    private int _segment;

    /// <summary>Reads from a text, which is disposed with this.</summary>
    public X12SegmentReader(TextReader text) => _text = text;

    /// <summary>Reads UTF-8, of which the X12 character sets are a part. The stream stays open.</summary>
    public X12SegmentReader(Stream stream)
        : this(new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), bufferSize: 64 * 1024, leaveOpen: true))
    {
    }

    /// <summary>The separators of the last ISA.</summary>
    public X12Delimiters Delimiters { get; private set; }

    /// <summary>How many segments were read so far, this one included.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>How many elements the segment has after its id, trailing empty ones included.</summary>
    public int ElementCount { get; private set; }

    /// <summary>The segment's id. Valid until the next <see cref="Read"/>, as are all spans that this gives.</summary>
    public ReadOnlySpan<char> Id => Slice(0);

    /// <summary>An element by its number from 1; empty when it is absent.</summary>
    public ReadOnlySpan<char> this[int element] => element <= ElementCount ? Slice(element) : default;

    /// <summary>Moves to the next segment; false at the end of the text.</summary>
    /// <exception cref="X12Exception">The text is not X12: no ISA at its start, an ISA that is not 106 characters, a segment without its terminator, a control character inside one.</exception>
    public bool Read()
    {
        // A line break after the terminator is for people and carries nothing.
        do
        {
            while (_position < _end && _buffer[_position] is '\r' or '\n')
                _position++;
        }
        while (_position == _end && Fill());
        if (_position == _end)
            return false;

        SegmentCount++;
        if (StartsInterchange())
            ReadDelimiters();
        else if (SegmentCount == 1)
            throw Error(null, "an X12 file begins with ISA");

        var length = FindTerminator();
        _segment = _position;
        _position += length + 1;
        Split(_buffer.AsSpan(_segment, length));
        return true;
    }

    /// <summary>A component of a composite element, by their numbers from 1; empty when it is absent.</summary>
    public ReadOnlySpan<char> Component(int element, int component)
    {
        var rest = this[element];
        for (var i = 1; i < component; i++)
        {
            var separator = rest.IndexOf(Delimiters.Component);
            if (separator < 0)
                return default;
            rest = rest[(separator + 1)..];
        }
        var end = rest.IndexOf(Delimiters.Component);
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>How many components an element has; 0 when it is absent.</summary>
    public int ComponentCount(int element) => this[element].IsEmpty ? 0 : this[element].Count(Delimiters.Component) + 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        if (_buffer.Length > 0)
            ArrayPool<char>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _position = _end = 0;
    }

    private ReadOnlySpan<char> Slice(int element) =>
        _buffer.AsSpan(_segment + _starts[element], _starts[element + 1] - _starts[element] - 1);

    // Each interchange may bring its own separators, so ISA is known by what follows it, not by the last separators.
    private bool StartsInterchange()
    {
        Buffer(4);
        return _buffer.AsSpan(_position, _end - _position) is ['I', 'S', 'A', var next, ..] && !char.IsAsciiLetterOrDigit(next);
    }

    private void Buffer(int characters)
    {
        while (_end - _position < characters && Fill())
        {
        }
    }

    private void ReadDelimiters()
    {
        Buffer(IsaLength);
        var isa = _buffer.AsSpan(_position, Math.Min(IsaLength, _end - _position));
        if (isa.Length < IsaLength)
            throw Error("ISA", "ISA is 106 characters long with its terminator; the file ends before");
        foreach (var at in IsaSeparators)
        {
            if (isa[at] != isa[3])
                throw Error("ISA", $"ISA is 106 characters long with fixed places; character {at + 1} is not the element separator");
        }
        if (isa[..104].Count(isa[3]) != IsaSeparators.Length)
            throw Error("ISA", "ISA has sixteen elements; one of them contains the element separator");
        try
        {
            Delimiters = new(isa[3], isa[104], isa[82], isa[105]);
        }
        catch (X12Exception e)
        {
            throw Error("ISA", e.Rule);
        }
        if (isa[..105].Contains(Delimiters.Segment))
            throw Error("ISA", "ISA is 106 characters long; the segment terminator stands inside it");
    }

    private int FindTerminator()
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_position + searched, _end - _position - searched).IndexOf(Delimiters.Segment);
            if (at >= 0)
                return searched + at;
            searched = _end - _position;
            if (searched > MaxSegmentLength)
                throw Error(null, "a segment has no terminator within 65536 characters");
            if (!Fill())
                throw Error(null, "the file ends inside a segment: its terminator is missing");
        }
    }

    private void Split(ReadOnlySpan<char> segment)
    {
        var separator = Delimiters.Element;
        var (element, start) = (0, 0);
        _starts[0] = 0;
        while (true)
        {
            var at = segment[start..].IndexOf(separator);
            if (at < 0)
                break;
            if (element == MaxElements)
                throw Error(null, "a segment has more than 64 elements");
            start += at + 1;
            _starts[++element] = start;
        }
        ElementCount = element;
        _starts[element + 1] = segment.Length + 1;

        // Only the separators themselves may be control characters; a line break inside a segment is damage.
        for (var i = segment.IndexOfAnyInRange('\0', '\x1f'); i >= 0;)
        {
            if (!Delimiters.Contains(segment[i]))
                throw Error(null, "a line break or control character stands inside a segment");
            var next = segment[(i + 1)..].IndexOfAnyInRange('\0', '\x1f');
            i = next < 0 ? -1 : i + 1 + next;
        }
    }

    private bool Fill()
    {
        if (_position > 0)
        {
            _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
            _end -= _position;
            _position = 0;
        }
        if (_end == _buffer.Length)
            return false;
        try
        {
            var read = _text.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (DecoderFallbackException)
        {
            throw Error(null, "the file is not text: a byte is not valid UTF-8");
        }
    }

    private X12Exception Error(string? segmentId, string rule) =>
        X12Exception.At(null, null, SegmentCount, segmentId, null, rule);
}
