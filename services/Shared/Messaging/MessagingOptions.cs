using System.ComponentModel.DataAnnotations;

namespace Platform.Shared.Messaging;

/// <summary>How events travel; the configuration section <c>Messaging</c>. The defaults suit production.</summary>
public sealed class MessagingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Messaging";

    /// <summary>How many events the relay claims at once.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>How often the relay looks without a signal.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the relay lets events gather after a batch: under load they then go together, and a single one is not kept waiting.
    /// </summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long claimed events belong to one relay; when it dies, another takes them after this time.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the relay waits for the confirms of a batch before it takes the broker for away; shorter than the lease.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>After how many attempts an event that cannot be published is put among the dead.</summary>
    [Range(1, 1_000)]
    public int PublishAttempts { get; set; } = 10;

    /// <summary>After how many attempts a message that a handler refuses goes to the error queue.</summary>
    [Range(1, 1_000)]
    public int HandleAttempts { get; set; } = 6;

    /// <summary>The pause after a first failure; it doubles with each further one, and is jittered.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many messages a queue hands to one process ahead of their handling.</summary>
    [Range(1, 10_000)]
    public int Prefetch { get; set; } = 32;

    /// <summary>How many messages of one queue one process handles at once.</summary>
    [Range(1, 1_000)]
    public int Concurrency { get; set; } = 8;

    /// <summary>How long a handled message is remembered; longer than any message can stay on its way or among the dead.</summary>
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often the backlog is measured and old inbox rows are purged.</summary>
    public TimeSpan HousekeepingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after the given failure, the first being 1: half of it fixed, half by chance.</summary>
    internal TimeSpan Backoff(int failures)
    {
        var full = Math.Min(LongestBackoff.TotalMilliseconds, FirstBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
