namespace Platform.Billing.X12;

/// <summary>
/// The four separators of one interchange. A reader takes them from the ISA segment and never assumes them (X12.5, 3.2);
/// a writer is given them.
/// </summary>
public readonly record struct X12Delimiters
{
    /// <summary>What United States health care customarily uses: <c>*</c>, <c>:</c>, <c>^</c> and <c>~</c>.</summary>
    public static readonly X12Delimiters Customary = new('*', ':', '^', '~');

    /// <summary>Makes a set of separators.</summary>
    /// <param name="element">Between elements (ISA position 4).</param>
    /// <param name="component">Between components of a composite element (ISA16).</param>
    /// <param name="repetition">Between repetitions of an element (ISA11, from version 00402 on).</param>
    /// <param name="segment">After each segment (ISA position 106).</param>
    /// <exception cref="X12Exception">Two are equal, or one could be part of a code, a name or an amount.</exception>
    public X12Delimiters(char element, char component, char repetition, char segment)
    {
        (Element, Component, Repetition, Segment) = (element, component, repetition, segment);
        Span<char> all = [element, component, repetition, segment];
        for (var i = 0; i < all.Length; i++)
        {
            if (!IsLegal(all[i]))
                throw X12Exception.Of(
                    $"Separator U+{(int)all[i]:X4} is not allowed: letters, digits, spaces, signs of an amount and characters beyond ASCII cannot separate.");
            if (all[..i].Contains(all[i]))
                throw X12Exception.Of($"Separator U+{(int)all[i]:X4} stands for two things: the four must differ.");
        }
    }

    /// <summary>Between elements.</summary>
    public char Element { get; }

    /// <summary>Between components of a composite element.</summary>
    public char Component { get; }

    /// <summary>Between repetitions of an element.</summary>
    public char Repetition { get; }

    /// <summary>After each segment.</summary>
    public char Segment { get; }

    /// <summary>Whether a character may be a separator at all.</summary>
    public static bool IsLegal(char character) =>
        char.IsAscii(character) && character is not ('\0' or '-' or '.' or ' ') && !char.IsAsciiLetterOrDigit(character);

    internal bool Contains(char character) =>
        character == Element || character == Component || character == Repetition || character == Segment;
}
