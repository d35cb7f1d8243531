using System.Text;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites.Import;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Damage">What is wrong with its quotation marks; null when nothing is.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields, string? Damage);

/// <summary>
/// Splits CSV into records (RFC 4180), with LF or CRLF; blank lines are passed over. A quotation mark in a wrong place is noted and
/// reading goes on, so that one bad record does not cost the others.
/// </summary>
internal static class CsvRecords
{
    private const int EndOfFile = -1;

    /// <summary>A record is some hundred characters; one that is longer than this is none.</summary>
    private const int Longest = 1 << 20;

    /// <summary>Reads record by record.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT: a record does not end.</exception>
    public static IEnumerable<CsvRecord> Read(TextReader reader)
    {
        var field = new StringBuilder();
        var fields = new List<string>();
        var line = 1;
        var start = 1;
        var length = 0;
        string? damage = null;
        for (var c = reader.Read(); c != EndOfFile || fields.Count > 0 || field.Length > 0; c = reader.Read())
        {
            if (length + field.Length > Longest)
            {
                throw TooLong(start);
            }

            switch (c)
            {
                case '"' when field.Length == 0:
                    damage = Quoted(reader, field, ref line) ?? damage;
                    break;
                case ',':
                    Complete();
                    break;
                case '\r' when reader.Peek() is '\n' or EndOfFile:
                    break;
                case '\n' or EndOfFile:
                    line++;
                    if (fields.Count > 0 || field.Length > 0)
                    {
                        Complete();
                        yield return new CsvRecord(start, [.. fields], damage);
                        fields.Clear();
                    }

                    damage = null;
                    start = line;
                    length = 0;
                    break;
                default:
                    damage = c == '"' ? "a quotation mark stands inside a field that does not begin with one" : damage;
                    field.Append((char)c);
                    break;
            }
        }

        void Complete()
        {
            length += field.Length + 1;
            fields.Add(field.ToString());
            field.Clear();
        }
    }

    /// <summary>Reads on to the closing mark; what stands between it and the next comma is damage.</summary>
    private static string? Quoted(TextReader reader, StringBuilder field, ref int line)
    {
        for (var c = reader.Read(); c != EndOfFile && field.Length <= Longest; c = reader.Read())
        {
            if (c != '"')
            {
                line += c == '\n' ? 1 : 0;
                field.Append((char)c);
            }
            else if (reader.Peek() == '"')
            {
                field.Append((char)reader.Read());
            }
            else
            {
                return reader.Peek() is ',' or '\r' or '\n' or EndOfFile ? null : "a field goes on after its closing quotation mark";
            }
        }

        return "a quotation mark is not closed: everything after it was read as one field";
    }

    private static DomainException TooLong(int line) => DomainError.Invalid(
        "chunk", $"line {line} begins a record longer than {Longest} characters; a quotation mark may be missing").ToException();
}
