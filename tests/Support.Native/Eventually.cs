using System.Diagnostics;

namespace Platform.Support;

/// <summary>
/// Waits for what becomes true by itself (a consumer's effect, a released lock), by asking again and again. The limit is
/// long enough for a busy machine, and only a failure pays it.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until <paramref name="condition"/> holds. An exception counts as "not yet".</summary>
    /// <param name="what">What is waited for, as the failure message should say it: "the roll to arrive".</param>
    /// <exception cref="TimeoutException">It did not hold within the limit; the last exception is inside.</exception>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null) =>
        PassesAsync(
            async () =>
            {
                if (!await condition())
                    throw new InvalidOperationException("the condition was false");
            },
            what,
            within);

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);

    /// <summary>Waits until <paramref name="probe"/> gives something other than null, and returns it.</summary>
    /// <exception cref="TimeoutException">It gave nothing within the limit.</exception>
    public static async Task<T> GivesAsync<T>(Func<Task<T?>> probe, string what, TimeSpan? within = null)
        where T : class
    {
        T? found = null;
        await TrueAsync(async () => (found = await probe()) is not null, what, within);
        return found!;
    }

    /// <summary>Waits until <paramref name="assertions"/> pass without an exception.</summary>
    /// <exception cref="TimeoutException">They still failed at the limit; the last failure is inside.</exception>
    public static async Task PassesAsync(Func<Task> assertions, string what, TimeSpan? within = null)
    {
        var watch = Stopwatch.StartNew();
        var limit = within ?? Limit;
        var pause = TimeSpan.FromMilliseconds(5);
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception failure)
            {
                if (watch.Elapsed >= limit)
                    throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s for {what}: {failure.Message}", failure);
            }
            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
