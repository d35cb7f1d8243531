using Microsoft.AspNetCore.Builder;
using Platform.Support;

namespace Platform.Acceptance.Embedded;

/// <summary>The README's first commands, each as a process in an empty folder.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-command-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_plays_the_journey_leaves_the_files_and_exits_0()
    {
        await using var demo = Start(Ports(), "demo");
        (await demo.ExitCodeAsync()).ShouldBe(0, demo.Output);
        demo.Output.ShouldContain("12. Discharge, and the places are free again");
        demo.Output.ShouldContain("The ledger sums to $0.00.");
        Directory.GetFiles(Path.Combine(_folder, "data", "demo"), "*.837").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_broken_step_names_itself_and_exits_1()
    {
        // Something answers as the platform would, but no service stands behind it.
        var builder = WebApplication.CreateBuilder();
        await using var hollow = builder.Build();
        var ports = Ports();
        hollow.Urls.Add($"http://127.0.0.1:{ports["PLATFORM_HTTP_PORT"]}");
        hollow.MapGet("/health/live", () => "ok");
        hollow.MapGet("/development/token", () => "token");
        await hollow.StartAsync(TestContext.Current.CancellationToken);

        await using var demo = Start(ports, "demo");
        (await demo.ExitCodeAsync()).ShouldBe(1, demo.Output);
        demo.Output.ShouldContain("FAILED at Import the network's sites: Unavailable");
    }

    [Fact]
    public async Task The_platform_says_that_it_is_ready_and_answers_calls_and_imports()
    {
        var ports = Ports();
        await using var platform = Start(ports);
        await Eventually.TrueAsync(
            () => platform.Output.Contains("Ready: ", StringComparison.Ordinal), "the ready line", TimeSpan.FromMinutes(2));

        await using var import = Start(ports, "import", Repository.NetworkFile);
        (await import.ExitCodeAsync()).ShouldBe(0, import.Output);
        await using var again = Start(ports, "import", Repository.NetworkFile);
        (await again.ExitCodeAsync()).ShouldBe(0, again.Output);
        again.Output.ShouldContain(" 0 new, 0 changed,");

        await using var call = Start(ports, "call", "operator", "SiteService/ListSites", """{"withPrograms":true}""");
        (await call.ExitCodeAsync()).ShouldBe(0, call.Output);
        call.Output.ShouldContain("\"timeZone\"");

        await using var refused = Start(ports, "call", "clinician", "SiteService/UpdateSite", "{}");
        (await refused.ExitCodeAsync()).ShouldBe(1, refused.Output);
        refused.Output.ShouldContain("PermissionDenied");
    }

    private static Dictionary<string, string?> Ports() => new(StringComparer.Ordinal)
    {
        ["PLATFORM_HTTP_PORT"] = $"{FreePort.Next()}",
        ["PLATFORM_GRPC_PORT"] = $"{FreePort.Next()}",
    };

    private ProgramProcess Start(Dictionary<string, string?> ports, params string[] arguments) =>
        ProgramProcess.Start(Repository.Program("deploy/Local", "Local"), arguments, ports, _folder);
}
