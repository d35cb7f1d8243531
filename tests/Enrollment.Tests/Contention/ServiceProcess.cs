using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Net.Client;
using Platform.Support;

namespace Platform.Enrollment.Contention;

/// <summary>The service in a process of its own, as a deployment runs it, to be killed and started again on the same ports.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Dictionary<string, string?> settings;
    private readonly int httpPort = FreePort.Next();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("enrollment-process-");
    private Process? process;

    public ServiceProcess(TestTokens tokens, TestDatabase database, string redis)
    {
        var grpcPort = FreePort.Next();
        settings = new Dictionary<string, string?>(tokens.Settings, StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Test",
            ["Platform:Address"] = "127.0.0.1",
            ["Platform:GrpcPort"] = $"{grpcPort}",
            ["Platform:HttpPort"] = $"{httpPort}",
            ["Platform:DataDirectory"] = folder.FullName,
            ["Platform:ApplicationRole"] = database.AppRole,
            ["ConnectionStrings:Postgres"] = database.AppConnectionString,
            ["ConnectionStrings:Redis"] = redis,
            ["Services:Attendance"] = "http://127.0.0.1:9",
        };
        Channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}");
    }

    /// <summary>A channel to it, also after a restart.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>What it printed, in all its lives.</summary>
    public string Output => string.Join('\n', lines);

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Platform.Enrollment.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () => (await http.GetAsync($"http://127.0.0.1:{httpPort}/health/ready")).IsSuccessStatusCode,
            "the service to be ready",
            TimeSpan.FromSeconds(120));
    }

    /// <summary>Ends it wherever it is (SIGKILL).</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
        Channel.Dispose();
        folder.Delete(recursive: true);
    }
}
