using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Shared.RulePacks;

/// <summary>What the packs of a service look like, and what must be true of each.</summary>
/// <typeparam name="TRules">The rules of the service.</typeparam>
/// <param name="dimensions">By what its rules vary, the lightest first: a pack that names a heavier dimension goes before one that does not.</param>
/// <param name="sections">The names of the sections that a pack's rules have; two packs collide only where they share one.</param>
/// <param name="check">Checks the rules, beyond their form.</param>
public sealed class RulePackFormat<TRules>(
    IReadOnlyList<RuleDimension> dimensions, Func<TRules, IEnumerable<string>> sections, Action<TRules, RuleErrors> check)
    where TRules : class
{
    /// <summary>Strict: a name is spelled as it is, a number is a number, and an enumeration value is UPPER_SNAKE_CASE.</summary>
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Reads one pack.</summary>
    /// <param name="json">The pack; a member that is missing or unknown is an error.</param>
    /// <param name="errors">Takes what is wrong with it, each with its JSON path.</param>
    /// <returns>The pack; null when anything is wrong.</returns>
    public RulePack<TRules>? Read(string json, RuleErrors errors)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            RulePackShape.Check(document.RootElement, Options.GetTypeInfo(typeof(RulePack<TRules>)), errors);
            if (errors.Found.Count > 0)
            {
                return null;
            }

            var pack = document.RootElement.Deserialize<RulePack<TRules>>(Options)! with { Json = json };
            CheckFrame(pack, errors);
            check(pack.Rules, errors.At("rules"));
            return errors.Found.Count == 0 ? pack : null;
        }
        catch (JsonException e)
        {
            // The shape was right, so it is the text that is not JSON, or has a member twice.
            errors.Fail($"is not JSON (line {e.LineNumber + 1}), or has a member twice");
            return null;
        }
    }

    /// <summary>Reads the packs that an assembly carries as resources.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="folder">Part of the resources' names: <c>.RulePacks.Packs.</c></param>
    /// <exception cref="InvalidDataException">One is wrong; the text names it and says where and what.</exception>
    public IReadOnlyList<RulePack<TRules>> Load(Assembly assembly, string folder) =>
    [
        .. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return Require(reader.ReadToEnd(), name);
            }),
    ];

    /// <summary>Reads one pack that must be right.</summary>
    /// <param name="json">The pack.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <exception cref="InvalidDataException">It is wrong; the text says where and what.</exception>
    public RulePack<TRules> Require(string json, string source)
    {
        var errors = new RuleErrors();
        return Read(json, errors) ?? throw new InvalidDataException(
            $"Rule pack {source}: {string.Join(" ", errors.Found.Select(error => $"{error.Field} {error.Description}."))}");
    }

    /// <summary>The names of the sections that a pack has.</summary>
    public IEnumerable<string> SectionsOf(RulePack<TRules> pack) => sections(pack.Rules);

    /// <summary>
    /// The pack of two that goes first, as a number: by the heaviest dimension that one of them names and the other does not, and
    /// then by the layer.
    /// </summary>
    internal long Precedence(RulePack<TRules> pack)
    {
        long named = 0;
        for (var i = 0; i < dimensions.Count; i++)
        {
            named |= pack.Scope.ContainsKey(dimensions[i].Name) ? 1L << i : 0;
        }

        return (named << 8) + pack.Layer;
    }

    /// <summary>Whether a scope may include something whose dimensions have these values; of a dimension that is not known nobody can say.</summary>
    internal bool MayHoldFor(IReadOnlyDictionary<string, IReadOnlyList<string>> scope, Func<string, string?> valueOf) =>
        scope.All(named =>
            !dimensions.Any(d => d.Name == named.Key)
            || (valueOf(named.Key) is { } value && named.Value.Contains(value, StringComparer.Ordinal)));

    /// <summary>Whether nobody could say which of two packs holds: they are the same, or equally specific for the same things and days.</summary>
    internal bool Collide(RulePack<TRules> a, RulePack<TRules> b) =>
        a.Id == b.Id
        || (Precedence(a) == Precedence(b)
            && a.EffectiveFrom <= (b.EffectiveTo ?? DateOnly.MaxValue)
            && b.EffectiveFrom <= (a.EffectiveTo ?? DateOnly.MaxValue)
            && a.Scope.All(dimension => b.Scope[dimension.Key].Intersect(dimension.Value, StringComparer.Ordinal).Any())
            && SectionsOf(a).Intersect(SectionsOf(b), StringComparer.Ordinal).Any());

    private void CheckFrame(RulePack<TRules> pack, RuleErrors errors)
    {
        errors.Require(
            pack.Name.Length is > 0 and <= 60 && pack.Name.All(c => char.IsAsciiLetterLower(c) || c == '-'),
            "name",
            "must be up to 60 lower-case letters and dashes");
        errors.Range(pack.Version, "version", 1, 1_000_000);
        errors.Require(pack.EffectiveTo is not { } last || last >= pack.EffectiveFrom, "effectiveTo", "is before effectiveFrom");
        errors.Require(SectionsOf(pack).Any(), "rules", "has no section");
        foreach (var (name, values) in pack.Scope)
        {
            var at = errors.At("scope");
            if (dimensions.FirstOrDefault(d => d.Name == name) is not { } dimension)
            {
                at.Require(holds: false, name, $"is none of {string.Join(", ", dimensions.Select(d => d.Name))}");
                continue;
            }

            at.Require(values.Count > 0, name, "is empty; leave it out when the pack is for all");
            at.Require(values.Distinct(StringComparer.Ordinal).Count() == values.Count, name, "has a value twice");
            for (var i = 0; i < values.Count; i++)
            {
                if (!dimension.Knows(values[i]))
                {
                    at.At(name).At(i).Fail(dimension.Expected);
                }
            }
        }
    }
}
