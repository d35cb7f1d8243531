using System.Text;

namespace Platform.Acceptance.Real;

/// <summary>Reads along as a journey prints its steps, and does something just as a step of the given names begins.</summary>
internal sealed class OnStep(IReadOnlyList<string> steps, Func<Task> action) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override Task WriteLineAsync(string? value) =>
        value is not null && !value.StartsWith("    ", StringComparison.Ordinal)
        && steps.Any(step => value.Contains(step, StringComparison.Ordinal))
            ? action()
            : Task.CompletedTask;
}
