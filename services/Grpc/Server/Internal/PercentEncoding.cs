using System.Text;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8 of which every byte outside 0x20–0x7E, and the percent sign, is written
/// as %XX (PROTOCOL-HTTP2.md, Percent-Encoded).</summary>
internal static class PercentEncoding
{
    public static string Encode(string text)
    {
        var first = 0;
        while (first < text.Length && IsPlain(text[first]))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        encoded.Append(text, 0, first);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.AsSpan(first).EnumerateRunes())
        {
            if (rune.IsBmp && IsPlain((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                encoded.Append('%').Append(HexDigit(b >> 4)).Append(HexDigit(b & 0xF));
            }
        }

        return encoded.ToString();
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '%';

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];
}
