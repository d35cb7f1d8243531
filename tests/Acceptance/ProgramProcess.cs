using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Acceptance;

/// <summary>A program of the platform in a process of its own, as an operator runs it.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ProgramProcess(Process process) => _process = process;

    /// <summary>What it printed so far, errors too.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    public static ProgramProcess Start(
        string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> settings, string? folder = null) =>
        StartProgram("dotnet", [assembly, .. arguments], settings, folder);

    /// <summary>Starts any program in the same way.</summary>
    public static ProgramProcess StartProgram(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> settings, string? folder = null)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = new Process { StartInfo = start };
        var started = new ProgramProcess(process);
        process.OutputDataReceived += (_, line) => started.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => started.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it at once, wherever it is (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
