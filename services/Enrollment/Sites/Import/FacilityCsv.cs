using System.Text;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites.Import;

/// <summary>
/// Reads facilities from CSV in UTF-8 with a header line. Columns may come in any order; columns that are not known are passed over. A
/// row that cannot be read is handed on with what is wrong with it, and reading goes on after it.
/// </summary>
internal static class FacilityCsv
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads row by row.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT: not UTF-8, or the header lacks a column.</exception>
    public static IEnumerable<RawFacility> Read(Stream file)
    {
        using var reader = new StreamReader(file, StrictUtf8, leaveOpen: true);
        using var records = CsvRecords.Read(reader).GetEnumerator();
        var header = Next(records, 1) ? Header(records.Current) : throw Invalid("is empty; a header line is expected");
        while (Next(records, records.Current.Line + 1))
        {
            var record = records.Current;
            var damage = record.Damage
                ?? (record.Fields.Count != header.Count
                    ? $"has {record.Fields.Count} fields where the header has {header.Count}"
                    : null);
            var fields = new Dictionary<string, string>(header.Count, StringComparer.Ordinal);
            for (var i = 0; i < Math.Min(header.Count, record.Fields.Count); i++)
            {
                // An empty field says nothing.
                if (header[i].Length > 0 && !string.IsNullOrWhiteSpace(record.Fields[i]))
                {
                    fields[header[i]] = record.Fields[i];
                }
            }

            yield return new RawFacility(record.Line, fields, damage);
        }
    }

    /// <summary>The column names, empty for those that are not known.</summary>
    private static List<string> Header(CsvRecord record)
    {
        var names = record.Fields.Select(name => name.Trim().ToLowerInvariant()).ToList();
        var missing = FacilityFields.Required.Where(column => !names.Contains(column)).ToList();
        if (missing.Count > 0)
        {
            throw Invalid($"the header line lacks the column{(missing.Count > 1 ? "s" : string.Empty)} {string.Join(", ", missing)}");
        }

        var known = names.ConvertAll(
            name => FacilityFields.Required.Contains(name) || FacilityFields.Optional.Contains(name) ? name : string.Empty);
        return known.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw Invalid($"the header line has the column {twice.Key} twice")
            : known;
    }

    private static bool Next(IEnumerator<CsvRecord> records, int line)
    {
        try
        {
            return records.MoveNext();
        }
        catch (DecoderFallbackException)
        {
            throw Invalid($"is not UTF-8 text, at or after line {line}");
        }
    }

    private static DomainException Invalid(string description) => DomainError.Invalid("chunk", description).ToException();
}
