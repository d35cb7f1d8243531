using System.Text.Json;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites.Import;

/// <summary>
/// Reads facilities from the federal treatment locator's JSON: an object whose "rows" is an array of facilities. The file is
/// read as a stream, one facility in memory at a time, since the whole country makes a hundred megabytes.
/// </summary>
internal sealed class FacilityJson
{
    /// <summary>A single facility is a few kilobytes; one that is larger than this is no facility.</summary>
    private const int LongestRow = 1 << 20;

    private readonly Stream _file;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private int _rows;
    private JsonReaderState _state;

    private FacilityJson(Stream file) => _file = file;

    /// <summary>Reads row by row.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT: not JSON, or it has no rows.</exception>
    public static IEnumerable<RawFacility> Read(Stream file)
    {
        var json = new FacilityJson(file);
        json.SkipByteOrderMark();
        json.FindRows();
        while (json.NextRow() is { } row)
        {
            using (row)
            {
                yield return Facility(++json._rows, row.RootElement);
            }
        }

        json.RequireEnd();
    }

    private static RawFacility Facility(int number, JsonElement row)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.ValueKind != JsonValueKind.Object)
        {
            return new RawFacility(number, fields, "is not an object");
        }

        fields[FacilityFields.Name] = Joined(Text(row, "name1"), ": ", Text(row, "name2"));
        fields[FacilityFields.Street] = Joined(Text(row, "street1"), ", ", Text(row, "street2"));
        fields[FacilityFields.City] = Text(row, "city");
        fields[FacilityFields.State] = Text(row, "state");
        fields[FacilityFields.Zip] = Text(row, "zip");
        fields[FacilityFields.Phone] = Text(row, "phone");
        fields[FacilityFields.Type] = Text(row, "typeFacility");
        fields[FacilityFields.Latitude] = Text(row, "latitude");
        fields[FacilityFields.Longitude] = Text(row, "longitude");
        fields[FacilityFields.ExternalId] = Text(row, "frid");
        Say(fields, FacilityFields.Settings, row, "SET");
        Say(fields, FacilityFields.Payments, row, "PAY");
        Say(fields, FacilityFields.Ages, row, "AGE");
        Say(fields, FacilityFields.SpecialPrograms, row, "SG");

        // OL lists languages; SL says only that there are interpreters.
        Say(fields, FacilityFields.Languages, row, "OL");
        return new RawFacility(number, fields);
    }

    /// <summary>All fields of the locator are texts or null; a number is taken as it is written.</summary>
    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => value.GetRawText(),
                _ => string.Empty,
            }
            : string.Empty;

    /// <summary>Takes over what the facility says under a code; one that says nothing leaves what is known as it is.</summary>
    private static void Say(Dictionary<string, string> fields, string field, JsonElement row, string code)
    {
        if (Service(row, code) is { Length: > 0 } said)
        {
            fields[field] = said;
        }
    }

    /// <summary>What the facility says under a code of the locator's services; f1 is its title, f2 the code, f3 the answers.</summary>
    private static string Service(JsonElement row, string code) =>
        row.TryGetProperty("services", out var services) && services.ValueKind == JsonValueKind.Array
            ? services.EnumerateArray()
                .Where(service => service.ValueKind == JsonValueKind.Object && Text(service, "f2") == code)
                .Select(service => Text(service, "f3"))
                .FirstOrDefault(string.Empty)
            : string.Empty;

    private static string Joined(string first, string separator, string second) =>
        second.Trim().Length == 0 ? first : first.Trim() + separator + second.Trim();

    private void SkipByteOrderMark()
    {
        Fill();
        if (_buffer.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8))
        {
            _start += 3;
        }
    }

    /// <summary>Goes to the first element of "rows" on the top level.</summary>
    private void FindRows()
    {
        if (Next() != JsonTokenType.StartObject)
        {
            throw Invalid("must be an object with \"rows\"");
        }

        while (true)
        {
            if (Next(out var property) != JsonTokenType.PropertyName)
            {
                throw Invalid("has no \"rows\"");
            }

            if (property == "rows")
            {
                if (Next() != JsonTokenType.StartArray)
                {
                    throw Invalid("\"rows\" must be an array");
                }

                return;
            }

            Value()?.Dispose();
        }
    }

    private JsonDocument? NextRow() => Value();

    /// <summary>After the rows: the rest of the object, which must be whole, so that a file cut short is noticed.</summary>
    private void RequireEnd()
    {
        while (Next(out _) == JsonTokenType.PropertyName)
        {
            Value()?.Dispose();
        }
    }

    private JsonTokenType Next() => Next(out _);

    private JsonTokenType Next(out string? property)
    {
        while (true)
        {
            try
            {
                var reader = Reader();
                if (reader.Read())
                {
                    property = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
                    Accept(ref reader);
                    return reader.TokenType;
                }
            }
            catch (JsonException e)
            {
                throw Broken(e);
            }

            Fill();
        }
    }

    /// <summary>The next value whole; null at the end of the array.</summary>
    private JsonDocument? Value()
    {
        while (true)
        {
            try
            {
                var reader = Reader();
                if (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.EndArray)
                    {
                        Accept(ref reader);
                        return null;
                    }

                    var value = reader;
                    if (reader.TrySkip())
                    {
                        var document = JsonDocument.ParseValue(ref value);
                        Accept(ref value);
                        return document;
                    }
                }
            }
            catch (JsonException e)
            {
                throw Broken(e);
            }

            Fill();
        }
    }

    private Utf8JsonReader Reader() => new(_buffer.AsSpan(_start, _end - _start), _ended, _state);

    private void Accept(ref Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        var rest = _end - _start;
        if (rest > LongestRow)
        {
            throw Invalid($"row {_rows + 1} is longer than {LongestRow} bytes");
        }

        if (rest == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        else if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, rest);
        }

        _start = 0;
        _end = rest;
        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }

    private DomainException Broken(JsonException e) =>
        Invalid(_ended ? $"ends in the middle, after row {_rows}" : $"is not JSON after row {_rows}, at line {e.LineNumber + 1}");

    private static DomainException Invalid(string description) => DomainError.Invalid("chunk", description).ToException();
}
