using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Shared.RulePacks;

/// <summary>
/// Compares a JSON document with the type that it is to become, and says of every member that is missing, unknown, null or of
/// another kind where it lies: reading alone would say so of the first one, in the words of the type.
/// </summary>
internal static class RulePackShape
{
    public static void Check(JsonElement json, JsonTypeInfo type, RuleErrors errors)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when json.ValueKind == JsonValueKind.Object:
                CheckMembers(json, type, errors);
                break;
            case JsonTypeInfoKind.Dictionary when json.ValueKind == JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    CheckValue(member.Value, type.ElementType!, mayBeNull: false, type, errors.At(member.Name));
                }

                break;
            case JsonTypeInfoKind.Enumerable when json.ValueKind == JsonValueKind.Array:
                foreach (var (index, item) in json.EnumerateArray().Index())
                {
                    CheckValue(item, type.ElementType!, mayBeNull: false, type, errors.At(index));
                }

                break;
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary:
                errors.Fail("must be an object");
                break;
            case JsonTypeInfoKind.Enumerable:
                errors.Fail("must be a list");
                break;
            default:
                CheckLeaf(json, type, errors);
                break;
        }
    }

    private static void CheckMembers(JsonElement json, JsonTypeInfo type, RuleErrors errors)
    {
        var known = type.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).ToList();
        foreach (var member in json.EnumerateObject())
        {
            if (known.Find(p => p.Name == member.Name) is { } property)
            {
                var mayBeNull = property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;
                CheckValue(member.Value, property.PropertyType, mayBeNull, type, errors.At(member.Name));
            }
            else
            {
                errors.At(member.Name).Fail($"is not known here; known are {string.Join(", ", known.Select(p => p.Name))}");
            }
        }

        foreach (var property in known.Where(p => p.IsRequired || p.AssociatedParameter is { HasDefaultValue: false }))
        {
            errors.Require(json.TryGetProperty(property.Name, out _), property.Name, "is missing");
        }
    }

    private static void CheckValue(JsonElement json, Type type, bool mayBeNull, JsonTypeInfo parent, RuleErrors errors)
    {
        if (json.ValueKind != JsonValueKind.Null)
        {
            Check(json, parent.Options.GetTypeInfo(type), errors);
        }
        else if (!mayBeNull)
        {
            errors.Fail("must not be null");
        }
    }

    private static void CheckLeaf(JsonElement json, JsonTypeInfo type, RuleErrors errors)
    {
        try
        {
            json.Deserialize(type);
        }
        catch (JsonException)
        {
            var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
            errors.Fail(plain switch
            {
                { IsEnum: true } => $"must be one of {string.Join(", ", Enum.GetValues(plain).Cast<object>().Select(v => JsonSerializer.SerializeToElement(v, plain, type.Options).ToString()))}",
                _ when plain == typeof(string) => "must be a text",
                _ when plain == typeof(bool) => "must be true or false",
                _ when plain == typeof(DateOnly) => "must be a day such as 2026-03-09",
                _ => "must be a whole number",
            });
        }
    }
}
