using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Shared.Errors;

namespace Platform.Shared.Paging;

/// <summary>
/// Opaque page tokens (AIP-158). A token carries the sort key of the last row that was sent, so that a page is read by seek and
/// never by offset, and rows that come or go meanwhile are neither skipped nor sent twice.
/// </summary>
public static class PageToken
{
    /// <summary>Rows of a page when none are asked for.</summary>
    public const int DefaultSize = 50;

    /// <summary>Rows of a page at the most.</summary>
    public const int MaximumSize = 500;

    /// <summary>A token of a list whose key has other parts lacks some of this one's: without these it would mean some page or other.</summary>
    private static readonly JsonSerializerOptions Whole = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new Line() },
    };

    /// <summary>How many rows to send for a <paramref name="requested"/> size.</summary>
    /// <exception cref="DomainException">The size is negative.</exception>
    public static int Size(int requested) => requested switch
    {
        < 0 => throw DomainError.Invalid("page.size", "must not be negative").ToException(),
        0 => DefaultSize,
        _ => Math.Min(requested, MaximumSize),
    };

    /// <summary>The token that continues after <paramref name="lastKey"/>.</summary>
    public static string Encode<TKey>(TKey lastKey) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(lastKey));

    /// <summary>The key that a token carries; default for the empty token of a first page.</summary>
    /// <exception cref="DomainException">The token was not made here, or for a list whose key has other parts.</exception>
    public static TKey? Decode<TKey>(string token)
    {
        if (token.Length == 0)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize<TKey>(Base64Url.DecodeFromChars(token), Whole);
        }
        catch (Exception e) when (e is FormatException or JsonException or DecoderFallbackException)
        {
            throw DomainError.Invalid("page.token", "is not a token of this list").ToException();
        }
    }

    /// <summary>Rows are sorted by names, which have no control characters; and PostgreSQL takes no NUL in a text to compare with.</summary>
    private sealed class Line : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString();
            return text is null || !text.Any(char.IsControl) ? text : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
