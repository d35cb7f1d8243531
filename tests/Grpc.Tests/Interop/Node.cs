using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Grpc.Tests.Interop;

/// <summary>Runs the scripts beside this file with Node, with the packages that their lock file names.</summary>
public static class Node
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "js");
    private static readonly Lazy<Task> Packages = new(InstallAsync);

    /// <summary>Runs a script to its end; one that exits with an error fails the test with what it said.</summary>
    public static async Task RunAsync(string script, params string[] arguments)
    {
        await Packages.Value;
        var (exitCode, output) = await RunToEndAsync("node", [script, .. arguments], TimeSpan.FromMinutes(1));
        exitCode.ShouldBe(0, output);
    }

    /// <summary>Starts a script that prints one line when it is ready, and ends with its standard input.</summary>
    public static async Task<(Process Process, string Line)> StartAsync(string script)
    {
        await Packages.Value;
        var process = Start("node", [script]);
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return (process, line.ShouldNotBeNull($"{script} ended before it was ready."));
    }

    private static async Task InstallAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            var (exitCode, output) = await RunToEndAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], TimeSpan.FromMinutes(5));
            exitCode.ShouldBe(0, output);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunToEndAsync(string program, string[] arguments, TimeSpan patience)
    {
        using var process = Start(program, arguments);
        var output = new StringBuilder();
        void Append(object _, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patient = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(patient.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {patience}.{Environment.NewLine}{output}", exception);
        }

        return (process.ExitCode, output.ToString());
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
