using Platform.Shared.Errors;

namespace Platform.Enrollment.Assessments.Screening;

/// <summary>An item of a form.</summary>
/// <param name="Code">Its code, such as <c>9</c> or <c>7A</c>.</param>
/// <param name="Values">The values that it takes.</param>
/// <param name="OnlyAfter">The item without which, or after whose 0, it is not asked; null when it is always asked.</param>
internal sealed record FormItem(string Code, IReadOnlyList<int> Values, string? OnlyAfter = null);

/// <summary>From which score on a band reaches, up to the next.</summary>
internal sealed record Band(int From, string Name);

/// <summary>A score that is made of answers.</summary>
/// <param name="Name">Its name in the API.</param>
/// <param name="Score">Makes it; an item that was not asked counts 0.</param>
/// <param name="HigherIsWorse">Whether less of it is better.</param>
/// <param name="Bands">The published bands, from the lowest on; none when none are published.</param>
internal sealed record FormScale(
    string Name, Func<IReadOnlyDictionary<string, int>, int> Score, bool HigherIsWorse, IReadOnlyList<Band> Bands)
{
    /// <summary>The band of a score; empty when none is published.</summary>
    public string BandOf(int score) => Bands.LastOrDefault(band => score >= band.From)?.Name ?? string.Empty;
}

/// <summary>A screening instrument as it was published: its items, in which order they are asked, and how they are scored.</summary>
/// <param name="Instrument">Which.</param>
/// <param name="Version">Its version and the publication that it is scored by.</param>
/// <param name="Items">What is asked.</param>
/// <param name="Scales">The scores.</param>
internal sealed record InstrumentForm(
    Instrument Instrument, string Version, IReadOnlyList<FormItem> Items, IReadOnlyList<FormScale> Scales)
{
    /// <summary>
    /// The answers by item; what is wrong is noted under <c>answers</c>. A form that lacks an item that is asked is refused: a score
    /// over fewer items is another instrument's.
    /// </summary>
    public IReadOnlyDictionary<string, int> Read(IReadOnlyList<(string Item, int Value)> answers, Validation validation)
    {
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Count; i++)
        {
            var (code, value) = answers[i];
            var item = Items.FirstOrDefault(known => known.Code == code);
            if (item is null)
            {
                validation.Fail($"answers[{i}].item", "is not an item of the instrument");
                continue;
            }

            validation.Require(given.TryAdd(code, value), $"answers[{i}].item", "is answered twice");
            validation.Require(item.Values.Contains(value), $"answers[{i}].value", "is not a value of the item");
        }

        foreach (var item in Items)
        {
            var isAsked = item.OnlyAfter is null || given.GetValueOrDefault(item.OnlyAfter) > 0;
            validation.Require(isAsked == given.ContainsKey(item.Code), "answers", isAsked
                ? $"lack item {item.Code}"
                : $"must not have item {item.Code}, which is not asked when item {item.OnlyAfter} is 0");
        }

        return given;
    }

    /// <summary>The score of each scale.</summary>
    public IReadOnlyDictionary<string, int> Score(IReadOnlyDictionary<string, int> answers) =>
        Scales.ToDictionary(scale => scale.Name, scale => scale.Score(answers), StringComparer.Ordinal);
}
