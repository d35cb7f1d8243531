using System.Text;
using System.Text.RegularExpressions;
using Platform.Support;

namespace Platform.Acceptance.Embedded;

/// <summary>
/// The README's section about Enrollment, its commands run one after another in a shell as a reader would, on a platform of their
/// own. Only <c>dotnet run</c> is replaced by the program that it would run.
/// </summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string Heading = "## Enrollment, command by command";
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-readme-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_enrollment_section_does_what_the_text_says()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "deploy", "Local", "network"));
        File.Copy(Repository.NetworkFile, Path.Combine(_folder, "deploy", "Local", "network", "sites.csv"));
        var ports = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PLATFORM_HTTP_PORT"] = $"{FreePort.Next()}",
            ["PLATFORM_GRPC_PORT"] = $"{FreePort.Next()}",
        };
        await using var platform = ProgramProcess.Start(Repository.Program("deploy/Local", "Local"), [], ports, _folder);
        await Eventually.TrueAsync(
            () => platform.Output.Contains("Ready: ", StringComparison.Ordinal), "the ready line", TimeSpan.FromMinutes(2));

        var script = Path.Combine(_folder, "readme.sh");
        await File.WriteAllTextAsync(script, Script(), TestContext.Current.CancellationToken);
        await using var shell = ProgramProcess.StartProgram("bash", [script], ports, _folder);
        await shell.ExitCodeAsync();

        // Of all commands one is refused, as the text says: the disclosure after the consent was revoked.
        var refused = shell.Output.Split('\n').Where(line => line.StartsWith("REFUSED: ", StringComparison.Ordinal)).ToList();
        refused.ShouldHaveSingleItem(shell.Output);
        shell.Output.ShouldContain("FailedPrecondition: The consent that would cover it was revoked");
        shell.Output.ShouldContain("OFFER_STATUS_LAPSED");
        shell.Output.ShouldContain("\"total\"");

        // The board told of the places that were held, taken and freed.
        var board = await File.ReadAllTextAsync(Path.Combine(_folder, "board.txt"), TestContext.Current.CancellationToken);
        board.ShouldContain("(0 taken, 1 held)");
        board.ShouldContain("(1 taken, 0 held)");
        board.ShouldContain("(2 taken, 0 held)");
        board.ShouldContain("(2 taken, 1 held)");
    }

    /// <summary>The section's commands, each one that fails named; the board, which never ends, in the background.</summary>
    private static string Script()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var start = readme.IndexOf(Heading, StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0);
        var local = Repository.Program("deploy/Local", "Local");
        var end = readme.IndexOf("\n## ", start + Heading.Length, StringComparison.Ordinal);
        var script = new StringBuilder()
            .AppendLine($"dotnet() {{ shift 5; command dotnet {local} \"$@\"; }}")
            .AppendLine("trap 'echo \"REFUSED: $BASH_COMMAND\"' ERR")
            .AppendLine("trap 'kill $board' EXIT");
        foreach (Match command in Command().Matches(readme[start..end]))
        {
            var line = command.Groups["command"].Value;
            script.AppendLine(line.EndsWith(" -- watch", StringComparison.Ordinal) ? $"command dotnet {local} watch > board.txt 2>&1 & board=$!" : line);
        }

        return script.ToString();
    }

    [GeneratedRegex("^    (?<command>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Command();
}
