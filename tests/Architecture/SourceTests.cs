using System.Text.RegularExpressions;

namespace Platform.Architecture;

/// <summary>What no source file holds, by its text.</summary>
public sealed class SourceTests
{
    private const int MostLines = 450;
    private const int MostLinesOfProgram = 20;

    // Put together here, so that this file does not hold what it looks for.
    private static readonly Regex Unfinished = new(
        @"\b(" + "TO" + "DO|FIX" + "ME|HA" + "CK|NotImplemented" + @"Exception)\b", RegexOptions.ExplicitCapture);

    private static readonly Regex SkippedTest = new(
        @"\[(Fact|Theory|InlineData)\b[^\]]*\b" + "Sk" + @"ip\s*=", RegexOptions.ExplicitCapture);

    private static readonly string[] Code = [".cs", ".proto", ".sh", ".mjs", ".js", ".razor", "/run", "/serve"];

    // The protocols of gRPC's own health, reflection and interoperability are kept as their authors wrote them.
    [Fact]
    public void Nothing_is_left_unfinished() =>
        Lines(Repository.Files("", Code).Where(file => !file.Path.Contains("/protos/grpc/", StringComparison.Ordinal)), Unfinished)
            .ShouldBeEmpty();

    [Fact]
    public void An_unfinished_line_is_reported() =>
        Lines([new SourceFile("services/Billing/Claim.cs", "// fine\n// TO" + "DO: later\n")], Unfinished)
            .ShouldBe(["services/Billing/Claim.cs:2"]);

    [Fact]
    public void No_test_is_skipped() =>
        Lines(Repository.Files("tests", ".cs"), SkippedTest).ShouldBeEmpty();

    [Fact]
    public void A_skipped_test_is_reported() =>
        Lines([new SourceFile("tests/A.Tests/A.cs", "[Fact(Sk" + "ip = \"slow\")]\nvar rest = all.Skip(1);")], SkippedTest)
            .ShouldBe(["tests/A.Tests/A.cs:1"]);

    [Fact]
    public void No_file_says_which_registry_packages_come_from() =>
        RegistryHosts(Repository.Files("", "package-lock.json", ".npmrc", "NuGet.config", "nuget.config", "pip.conf", "requirements.txt"))
            .ShouldBeEmpty();

    [Fact]
    public void A_lock_file_or_configuration_with_a_registry_is_reported() =>
        RegistryHosts(
        [
            new SourceFile("tests/a/package-lock.json", """{ "resolved": "https://mirror.example/x.tgz", "integrity": "sha512-x" }"""),
            new SourceFile("tests/a/.npmrc", "registry=//mirror.example"),
            new SourceFile("NuGet.config", """<add key="mirror" value="https://mirror.example/v3/index.json" />"""),
            new SourceFile("tests/b/package-lock.json", """{ "integrity": "sha512-x", "funding": { "url": "https://project.example" } }"""),
        ]).ShouldBe(["tests/a/package-lock.json:1", "tests/a/.npmrc:1", "NuGet.config:1"]);

    // The package set differs in project files alone, so that one code is built with either.
    [Fact]
    public void No_code_is_compiled_by_condition() =>
        Lines(Repository.Files("", ".cs"), new Regex(@"^\s*#(if|elif)\b", RegexOptions.ExplicitCapture)).ShouldBeEmpty();

    [Fact]
    public void Conditional_code_is_reported() =>
        Lines([new SourceFile("services/A/A.cs", "#if UPSTREAM\n#endif")], new Regex(@"^\s*#(if|elif)\b", RegexOptions.ExplicitCapture))
            .ShouldBe(["services/A/A.cs:1"]);

    [Fact]
    public void A_service_says_in_under_20_lines_what_it_is_made_of() =>
        LongerThan(MostLinesOfProgram - 1, Programs(Repository.Files("services", ".cs"), Repository.Files("gateway", ".cs")))
            .ShouldBeEmpty();

    [Fact]
    public void No_file_is_longer_than_one_idea() =>
        LongerThan(MostLines, Repository.Files("", ".cs").Where(file => !file.Path.Contains("/Migrations/", StringComparison.Ordinal)))
            .ShouldBeEmpty();

    [Fact]
    public void A_file_that_is_too_long_is_reported() =>
        LongerThan(2, [new SourceFile("a.cs", "1\n2\n3\n"), new SourceFile("b.cs", "1\n2\n")]).ShouldBe(["a.cs has 3 lines"]);

    private static IEnumerable<SourceFile> Programs(params IReadOnlyList<SourceFile>[] files) =>
        files.SelectMany(some => some).Where(file => Path.GetFileName(file.Path) == "Program.cs");

    private static IEnumerable<string> Lines(IEnumerable<SourceFile> files, Regex forbidden) =>
        from file in files
        from line in file.Text.Split('\n').Index()
        where forbidden.IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}";

    private static IEnumerable<string> RegistryHosts(IEnumerable<SourceFile> files) =>
        Lines(files, new Regex(
            """("resolved"\s*:)|(^\s*([@\w-]+:)?registry\s*=)|(value\s*=\s*"https?:)|(index-url)""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture));

    private static IEnumerable<string> LongerThan(int most, IEnumerable<SourceFile> files) =>
        from file in files
        let lines = file.Text.TrimEnd('\n').Split('\n').Length
        where lines > most
        select $"{file.Path} has {lines} lines";
}
