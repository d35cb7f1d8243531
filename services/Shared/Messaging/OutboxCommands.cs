using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Hosting;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>The verb <c>outbox</c>: shows an operator the dead events, puts them back and deletes them.</summary>
internal static class OutboxCommands
{
    private const string Usage = "outbox list | outbox replay ID | outbox replay --all | outbox purge ID";
    private const int Listed = 200;

    public static Verb For<TDb>()
        where TDb : ServiceDbContext => new("outbox", Usage, RunAsync<TDb>);

    private static Task<int> RunAsync<TDb>(
        IServiceProvider services, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        var dead = new DeadLetters<TDb>(services.GetRequiredService<Database<TDb>>());
        return arguments switch
        {
            ["list"] => ListAsync(dead, cancellationToken),
            ["replay", "--all"] => ReplayAllAsync(dead, cancellationToken),
            ["replay", var text] when Guid.TryParse(text, out var id) =>
                SayAsync(dead.ReplayAsync(id, cancellationToken), $"{id} is back in the outbox", id),
            ["purge", var text] when Guid.TryParse(text, out var id) =>
                SayAsync(dead.PurgeAsync(id, cancellationToken), $"{id} is deleted", id),
            _ => throw new StartRefusedException($"Usage: {Usage}"),
        };
    }

    private static async Task<int> ListAsync<TDb>(DeadLetters<TDb> dead, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        var messages = await dead.ListAsync(Listed + 1, cancellationToken);
        foreach (var message in messages.Take(Listed))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{message.Id}  {message.EventName} v{message.SchemaVersion}  network {message.NetworkId}  died {message.DiedAt:u} after {message.Attempts} attempts: {message.LastError}"));
        }

        Console.WriteLine(messages.Count switch
        {
            0 => "no dead events",
            > Listed => $"the first {Listed}; there are more",
            _ => $"{messages.Count} dead",
        });
        return 0;
    }

    private static async Task<int> ReplayAllAsync<TDb>(DeadLetters<TDb> dead, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        Console.WriteLine($"{await dead.ReplayAllAsync(cancellationToken)} back in the outbox");
        return 0;
    }

    private static async Task<int> SayAsync(Task<bool> done, string what, Guid id)
    {
        var found = await done;
        Console.WriteLine(found ? what : $"{id} is not among the dead");
        return found ? 0 : 1;
    }
}
