using System.Diagnostics;
using System.Globalization;

namespace Platform.Benchmarks;

/// <summary>Compares two ways of doing the same work: they take turns in short rounds, so that whatever else the machine does
/// meets both, and medians are reported.</summary>
internal static class Rounds
{
    private const int Count = 7;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures and prints how often a second each does its work, and the ratio.</summary>
    /// <param name="work">What is counted.</param>
    /// <param name="workers">How many do it at the same time.</param>
    /// <param name="unitsPerTurn">How many units one turn of a worker does.</param>
    public static async Task CompareAsync(string work, int workers, int unitsPerTurn, Func<int, Task> measured, Func<int, Task> baseline)
    {
        await RateAsync(workers, unitsPerTurn, measured);
        await RateAsync(workers, unitsPerTurn, baseline);

        var rates = new List<(double Measured, double Baseline)>();
        for (var round = 0; round < Count; round++)
        {
            rates.Add((await RateAsync(workers, unitsPerTurn, measured), await RateAsync(workers, unitsPerTurn, baseline)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{work,-44} {Median(rates.Select(rate => rate.Measured)),10:N0}/s   baseline {Median(rates.Select(rate => rate.Baseline)),10:N0}/s   ratio {Median(rates.Select(rate => rate.Measured / rate.Baseline)):0.00}"));
    }

    private static async Task<double> RateAsync(int workers, int unitsPerTurn, Func<int, Task> turn)
    {
        var start = Stopwatch.GetTimestamp();
        var turns = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var done = 0L;
            while (Stopwatch.GetElapsedTime(start) < Length)
            {
                await turn(worker);
                done++;
            }

            return done;
        })));
        return turns.Sum() * unitsPerTurn / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
