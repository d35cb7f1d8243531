using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Platform.Shared.Errors;

namespace Platform.Shared.Hosting;

/// <summary>
/// Writes one line for each entry: JSON in Production, for a log store; plain text elsewhere, for people. Of an exception it
/// writes what <see cref="SafeException"/> says and not its message, whoever logged it.
/// </summary>
internal sealed class SafeConsoleFormatter(IHostEnvironment environment, IConfiguration configuration, TimeProvider time)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "platform";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, null);
        var exception = logEntry.Exception is null ? null : SafeException.Describe(logEntry.Exception);
        if (environment.IsProduction())
        {
            WriteJson(logEntry, message, exception, textWriter);
        }
        else
        {
            textWriter.WriteLine($"{time.GetUtcNow():HH:mm:ss.fff} {logEntry.LogLevel,-11} {logEntry.Category}: {message}");
            if (exception is not null)
            {
                textWriter.WriteLine(exception);
            }
        }
    }

    private void WriteJson<TState>(in LogEntry<TState> entry, string message, string? exception, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("level", entry.LogLevel.ToString());
            json.WriteString("service", configuration[$"{PlatformOptions.Section}:{nameof(PlatformOptions.Service)}"]);
            json.WriteString("category", entry.Category);
            json.WriteString("message", message);
            if (Activity.Current is { } activity)
            {
                json.WriteString("traceId", activity.TraceId.ToHexString());
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception);
            }

            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
