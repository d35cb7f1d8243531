using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Platform.Architecture;

/// <summary>Which project may know which, by the project files.</summary>
public sealed class ProjectTests
{
    private static readonly string[] Common = ["Contracts", "Grpc", "Shared"];

    [Fact]
    public void Services_and_gateway_reference_only_contracts_grpc_and_shared() =>
        ForeignReferences([.. Repository.Files("services", ".csproj"), .. Repository.Files("gateway", ".csproj")]).ShouldBeEmpty();

    [Fact]
    public void A_service_that_references_another_is_reported() =>
        ForeignReferences(
        [
            new SourceFile(
                "services/Billing/Billing.csproj",
                """
                <Project><ItemGroup>
                  <ProjectReference Include="../Shared/Shared.csproj" />
                  <ProjectReference Include="..\Enrollment\Enrollment.csproj" />
                </ItemGroup></Project>
                """),
        ]).ShouldBe(["services/Billing/Billing.csproj references Enrollment"]);

    [Fact]
    public void The_solution_holds_every_project_but_the_one_that_needs_containers() =>
        MissingFromSolution(
            Repository.Files("", ".csproj"),
            Repository.Files("", "Platform.sln").Single(),
            except: "tests/Support.Testcontainers/Support.Testcontainers.csproj").ShouldBeEmpty();

    [Fact]
    public void A_project_that_the_solution_lacks_is_reported() =>
        MissingFromSolution(
            [new SourceFile("tests/New.Tests/New.Tests.csproj", "<Project />")],
            new SourceFile("Platform.sln", """Project("{1}") = "Old", "tests\Old\Old.csproj", "{2}" """),
            except: "").ShouldBe(["tests/New.Tests/New.Tests.csproj"]);

    [Fact]
    public void Every_project_with_tests_is_one_that_the_test_run_finds() =>
        TestsThatNobodyRuns(Repository.Files("tests", ".cs")).ShouldBeEmpty();

    [Fact]
    public void Tests_outside_a_test_project_are_reported() =>
        TestsThatNobodyRuns(
        [
            new SourceFile("tests/Chaos/BrokerTests.cs", "    [Fact]\n    public void Survives() {}"),
            new SourceFile("tests/Billing.Tests/ClaimTests.cs", "    [Theory]\n    public void Balances() {}"),
        ]).ShouldBe(["tests/Chaos/BrokerTests.cs"]);

    private static IEnumerable<string> ForeignReferences(IEnumerable<SourceFile> projects) =>
        from project in projects
        from reference in XDocument.Parse(project.Text).Descendants("ProjectReference")
        let name = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
        where !Common.Contains(name)
        select $"{project.Path} references {name}";

    private static IEnumerable<string> MissingFromSolution(
        IEnumerable<SourceFile> projects, SourceFile solution, string except) =>
        projects.Select(project => project.Path)
            .Where(path => path != except && !solution.Text.Replace('\\', '/').Contains($"\"{path}\"", StringComparison.Ordinal));

    // The same names as in tests/run and Directory.Build.props.
    private static IEnumerable<string> TestsThatNobodyRuns(IEnumerable<SourceFile> files) =>
        from file in files
        where Regex.IsMatch(file.Text, @"^\s*\[(Fact|Theory)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)
        let project = file.Path.Split('/')[1]
        where !project.EndsWith(".Tests", StringComparison.Ordinal) && project is not ("Acceptance" or "Architecture")
        select file.Path;
}
