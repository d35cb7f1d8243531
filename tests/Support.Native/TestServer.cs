using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Platform.Support;

/// <summary>
/// A server of a test's own, to be stopped, killed, frozen and started again on the same port with the same data. The
/// script <c>serve</c> runs it over a temporary folder, and ends it and removes the folder when this process is gone,
/// however it died.
/// </summary>
public abstract class TestServer : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly string kind;
    private readonly int port;
    private readonly string folder;
    private Process? script;

    private protected TestServer(string kind, int port)
    {
        this.kind = kind;
        this.port = port;
        folder = Directory.CreateTempSubdirectory($"platform-{kind}-").FullName;
    }

    /// <summary>How its clients reach it, with name and password.</summary>
    public abstract string ConnectionString { get; }

    private protected abstract Task AnswersAsync();

    /// <summary>Starts it again after a stop or a kill, on the same port with the same data. Does nothing when it runs.</summary>
    public async Task RestartAsync()
    {
        if (script is { HasExited: false })
            return;
        File.Delete(Path.Combine(folder, "pid"));
        var serve = Path.Combine(AppContext.BaseDirectory, "serve");
        // A session of its own, so that Ctrl+C at the terminal ends the tests first and the servers by their script.
        var start = new ProcessStartInfo("setsid", ["bash", serve, kind, folder, $"{port}", $"{Environment.ProcessId}"]);
        script = Process.Start(start) ?? throw new InvalidOperationException($"{serve} did not start");
        try
        {
            await Eventually.PassesAsync(
                async () =>
                {
                    // The script writes the id once the server is there to be killed.
                    if (!File.Exists(Path.Combine(folder, "pid")))
                        throw new InvalidOperationException("the server was not started yet");
                    await AnswersAsync();
                },
                $"{kind} on port {port} to answer",
                TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException($"{failure.Message}{Environment.NewLine}{Log()}", failure);
        }
    }

    /// <summary>Ends it without warning, with all its processes, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (script is null)
            return;
        // The script first, so that it does not see the server end and tidy up beside us.
        var all = Descendants(script.Id);
        Signal(Kill, [script.Id]);
        Signal(Kill, all);
        await EndedAsync(all);
        script.Dispose();
        script = null;
    }

    /// <summary>Ends it in order, breaking open connections.</summary>
    public async Task StopAsync()
    {
        if (script is null)
            return;
        // PostgreSQL takes SIGTERM as "when all clients are gone" and SIGINT as "now, in order".
        var server = ServerId();
        Signal(kind == "postgres" ? Interrupt : Terminate, [server]);
        await EndedAsync([server]);
        await KillAsync();
    }

    /// <summary>Freezes it: connections stay open and nothing answers.</summary>
    public Task PauseAsync()
    {
        Signal(Stop, [ServerId(), .. Descendants(ServerId())]);
        return Task.CompletedTask;
    }

    /// <summary>Lets a paused server go on.</summary>
    public Task ResumeAsync()
    {
        Signal(Continue, [ServerId(), .. Descendants(ServerId())]);
        return Task.CompletedTask;
    }

    /// <summary>Ends it and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        GC.SuppressFinalize(this);
        Directory.Delete(folder, recursive: true);
    }

    private string Log()
    {
        var log = Path.Combine(folder, "log");
        return File.Exists(log) ? string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(30)) : "it wrote no log";
    }

    private int ServerId() => int.Parse(File.ReadAllText(Path.Combine(folder, "pid")));

    private static async Task EndedAsync(IReadOnlyCollection<int> processes) =>
        await Eventually.TrueAsync(
            () => processes.All(id => !Runs(id)), "the server's processes to end", TimeSpan.FromSeconds(60));

    // The third field of stat is the state, after the name in brackets, which may hold anything. A zombie has ended when
    // its last thread has; until then its sockets are open.
    private static bool Runs(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X') || Directory.GetDirectories($"/proc/{id}/task").Length > 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static List<int> Descendants(int id)
    {
        var found = new List<int>();
        try
        {
            foreach (var child in File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                found.Add(int.Parse(child));
                found.AddRange(Descendants(int.Parse(child)));
            }
        }
        catch (IOException)
        {
            // It ended while it was looked at, and has no children any more.
        }
        return found;
    }

    private static void Signal(int signal, IEnumerable<int> processes)
    {
        foreach (var id in processes)
            _ = SendSignal(id, signal); // one that just ended needs no signal
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int id, int signal);
}
