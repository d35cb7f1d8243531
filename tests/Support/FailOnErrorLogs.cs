using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Support;

/// <summary>One line of a host's log, with everything that a log store would keep of it.</summary>
/// <param name="Values">The named values of the message and of its scopes, as name=value.</param>
public sealed record LogEntry(LogLevel Level, string Category, string Message, string Values, Exception? Exception)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Level} {Category}: {Message} [{Values}] {Exception}".TrimEnd();
}

/// <summary>
/// Fails a test when a host logs an error that the test did not say it expects, and keeps the whole log so that a test can
/// assert what must never be in it. Hosts write to it through <see cref="AddTo"/>; disposed at the end of the test, it throws.
/// </summary>
public sealed class FailOnErrorLogs : IDisposable
{
    private readonly ConcurrentQueue<LogEntry> entries = new();
    private readonly ConcurrentQueue<Func<LogEntry, bool>> expected = new();

    /// <summary>Everything that was logged so far, of every host, in order.</summary>
    public IReadOnlyCollection<LogEntry> Entries => entries;

    /// <summary>Everything that was logged so far as one text: messages, values, scopes and exceptions.</summary>
    public string Text => string.Join(Environment.NewLine, entries);

    /// <summary>Errors that no expectation covers.</summary>
    public IReadOnlyList<LogEntry> Unexpected =>
        [.. entries.Where(entry => entry.Level >= LogLevel.Error && !expected.Any(expects => expects(entry)))];

    /// <summary>Lets a host's log flow into this one. A host keeps its own filters.</summary>
    public void AddTo(ILoggingBuilder logging) => logging.Services.AddSingleton<ILoggerProvider>(new Provider(entries));

    /// <summary>A logger for code that is tested without a host.</summary>
    public ILogger<T> LoggerFor<T>() => new Logger<T>(new LoggerFactory([new Provider(entries)]));

    /// <summary>Allows errors, before or after they are logged, whose category begins and whose text goes on as given.</summary>
    /// <param name="category">The beginning of the category.</param>
    /// <param name="text">A part of the message or of the exception.</param>
    public void Expect(string category, string text) =>
        expected.Enqueue(entry =>
            entry.Category.StartsWith(category, StringComparison.Ordinal)
            && entry.ToString().Contains(text, StringComparison.Ordinal));

    /// <summary>Throws when an error was logged that is not expected.</summary>
    public void Verify()
    {
        var errors = Unexpected;
        if (errors.Count > 0)
            throw new InvalidOperationException(
                $"{errors.Count} unexpected error(s) in the log:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
    }

    /// <inheritdoc cref="Verify"/>
    public void Dispose() => Verify();

    // A host disposes its providers, which must not end the test's scope: hence a provider apart.
    private sealed class Provider(ConcurrentQueue<LogEntry> entries) : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, entries, () => scopes);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public void Dispose()
        {
        }
    }

    private sealed class Writer(string category, ConcurrentQueue<LogEntry> entries, Func<IExternalScopeProvider> scopes) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes().Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = new StringBuilder();
            Append(values, state);
            scopes().ForEachScope((scope, text) => Append(text, scope), values);
            entries.Enqueue(new LogEntry(logLevel, category, formatter(state, exception), values.ToString().Trim(), exception));
        }

        private static void Append(StringBuilder text, object? state)
        {
            if (state is IEnumerable<KeyValuePair<string, object?>> pairs)
            {
                foreach (var (name, value) in pairs)
                    text.Append(CultureInfo.InvariantCulture, $"{name}={value} ");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{state} ");
            }
        }
    }
}
