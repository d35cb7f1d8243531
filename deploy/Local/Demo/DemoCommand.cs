using Grpc.Net.Client;
using Platform.Local.Calling;

namespace Platform.Local.Demo;

/// <summary>
/// <c>demo [FOLDER]</c>: plays the journey on the platform that runs here, or on one that it starts for the purpose, and leaves the
/// files in the folder.
/// </summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Path.GetFullPath(arguments is [var given] ? given : Path.Combine("data", "demo"));
        var networkFile = Path.Combine(AppContext.BaseDirectory, "network", "sites.csv");
        try
        {
            using var running = await RunningPlatform.FindAsync();
            if (running is not null)
            {
                Console.WriteLine("Playing on the platform that runs here.");
                await PlayAsync(new JourneyClients(running.Invoker, running.Http, running.TokenFor), folder, networkFile);
                return 0;
            }

            await using var platform = await LocalPlatform.StartAsync(LocalOptions.FromEnvironment());
            using var channel = GrpcChannel.ForAddress(platform.Grpc);
            using var http = new HttpClient { BaseAddress = platform.Http };
            await PlayAsync(new JourneyClients(channel.CreateCallInvoker(), http, platform.Issuer.TokenFor), folder, networkFile);
            return 0;
        }
        catch (StepFailedException e)
        {
            await Console.Error.WriteLineAsync($"FAILED at {e.Message}");
            return 1;
        }
    }

    private static async Task PlayAsync(JourneyClients clients, string folder, string networkFile)
    {
        var report = await new Journey(clients, Console.Out, folder, TimeProvider.System).RunAsync(networkFile);
        Console.WriteLine();
        Console.WriteLine($"Done. Claim file: {report.ClaimFile}");
        Console.WriteLine($"      Remittance: {report.RemittanceFile}");
    }
}
