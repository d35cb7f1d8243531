namespace Platform.Shared.Hosting;

/// <summary>
/// Something that the program does instead of serving when its first argument is <paramref name="Name"/>, such as <c>migrate</c>.
/// Registered as a singleton service.
/// </summary>
/// <param name="Name">The first argument.</param>
/// <param name="Usage">The whole command in one line, for people.</param>
/// <param name="RunAsync">Does it, with the arguments after the name, and returns the exit code.</param>
public sealed record Verb(
    string Name, string Usage, Func<IServiceProvider, IReadOnlyList<string>, CancellationToken, Task<int>> RunAsync);

/// <summary>The process cannot serve as it is set up. Its text is shown to whoever starts it.</summary>
public sealed class StartRefusedException : Exception
{
    /// <summary>Says why, and what to do.</summary>
    public StartRefusedException(string message)
        : base(message)
    {
    }
}
