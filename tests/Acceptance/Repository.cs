namespace Platform.Acceptance;

/// <summary>Where the built programs lie.</summary>
internal static class Repository
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The repository's folder: tests/Acceptance/bin/CONFIGURATION/net10.0 is five below it.</summary>
    public static string Root { get; } = Output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The assembly of a program, built in the same configuration as this test.</summary>
    public static string Program(string folder, string name) =>
        Path.Combine(Root, folder, "bin", Output.Parent!.Name, Output.Name, $"Platform.{name}.dll");

    /// <summary>The made-up network.</summary>
    public static string NetworkFile => Path.Combine(Root, "deploy", "Local", "network", "sites.csv");
}
