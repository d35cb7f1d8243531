using System.Text.Json;

namespace Platform.Shared.RulePacks;

/// <summary>
/// A pack that holds and that this version of a service cannot use: it was written for another version, or collides with a pack
/// that came with this one. Nobody knows what it says of its sections, so nobody else decides them in its place.
/// </summary>
/// <param name="Id">Name and version: <c>ours@1</c>.</param>
/// <param name="Problem">What is wrong with it, in words.</param>
/// <param name="EffectiveFrom">First day it holds for.</param>
/// <param name="EffectiveTo">Last day it holds for; null when open.</param>
/// <param name="Scope">For what it holds, as far as that can be read.</param>
/// <param name="Sections">The names of its sections; empty when they cannot be read, and it may have any.</param>
public sealed record UnusablePack(
    string Id,
    string Problem,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Scope,
    IReadOnlyList<string> Sections)
{
    /// <summary>Reads of a pack what can be read.</summary>
    /// <param name="id">Name and version.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="effectiveFrom">First day it holds for.</param>
    /// <param name="effectiveTo">Last day it holds for; null when open.</param>
    /// <param name="json">The pack as it was written.</param>
    public static UnusablePack Of(string id, string problem, DateOnly effectiveFrom, DateOnly? effectiveTo, string json)
    {
        var scope = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var sections = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var dimension in MembersOf(document.RootElement, "scope").Where(d => d.Value.ValueKind == JsonValueKind.Array))
            {
                scope[dimension.Name] = [.. dimension.Value.EnumerateArray().Select(value => value.ToString())];
            }

            sections.AddRange(MembersOf(document.RootElement, "rules")
                .Where(section => section.Value.ValueKind != JsonValueKind.Null)
                .Select(section => section.Name));
        }
        catch (JsonException)
        {
            // Then it may say anything of everything.
        }

        return new UnusablePack(id, problem, effectiveFrom, effectiveTo, scope, sections);
    }

    /// <summary>Whether it may say something of a section on a day.</summary>
    internal bool MaySay(string section, DateOnly on) =>
        on >= EffectiveFrom
        && (EffectiveTo is not { } last || on <= last)
        && (Sections.Count == 0 || Sections.Contains(section, StringComparer.Ordinal));

    private static IEnumerable<JsonProperty> MembersOf(JsonElement root, string member) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject()
            : [];
}
