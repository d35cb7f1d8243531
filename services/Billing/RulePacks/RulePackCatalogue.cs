using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Billing.RulePacks;

/// <summary>All rule packs. Whatever is wrong with one of them stops the service at its start, by name.</summary>
internal sealed class RulePackCatalogue
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private readonly IReadOnlyList<RulePack> _packs;

    /// <summary>Takes packs that are right by themselves and together.</summary>
    /// <exception cref="InvalidDataException">One is wrong, or two of the same precedence hold for the same day.</exception>
    public RulePackCatalogue(IReadOnlyList<RulePack> packs)
    {
        foreach (var pack in packs)
        {
            RulePackRules.Check(pack);
        }

        RulePackRules.CheckTogether(packs);
        _packs = [.. packs.OrderByDescending(pack => pack.Precedence)];
    }

    /// <summary>The packs that the service carries.</summary>
    public static RulePackCatalogue Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return new RulePackCatalogue(
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.Contains(".RulePacks.Packs.", StringComparison.Ordinal))
                .Select(name =>
                {
                    using var stream = assembly.GetManifestResourceStream(name)!;
                    return Read(stream, name);
                }),
        ]);
    }

    /// <summary>Reads one pack.</summary>
    /// <param name="json">The pack; a member that is missing or unknown is an error.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <exception cref="InvalidDataException">It is not a rule pack.</exception>
    public static RulePack Read(Stream json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<RulePack>(json, Options)
                ?? throw new InvalidDataException($"Rule pack {source} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Rule pack {source} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The pack for a day; null when none holds, which for the packs of the service is a day before 2001 only.</summary>
    /// <param name="state">Two-letter code of the site's state.</param>
    /// <param name="payerCode">The payer; null while none is known.</param>
    /// <param name="on">The service day.</param>
    public RulePack? For(string state, string? payerCode, DateOnly on) =>
        _packs.FirstOrDefault(pack => pack.HoldsFor(state, payerCode, on));
}
