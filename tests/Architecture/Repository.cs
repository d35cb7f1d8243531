namespace Platform.Architecture;

/// <summary>A file of the repository as the rules read it: its path from the root, with slashes, and its text.</summary>
internal sealed record SourceFile(string Path, string Text);

/// <summary>The repository that this assembly was built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", ".git", "artifacts", "data", "TestResults"];

    private static string Root { get; } = FindRoot();

    /// <summary>Every file below a folder whose name ends as given, without what a build or a package manager put there.</summary>
    public static IReadOnlyList<SourceFile> Files(string folder, params string[] endings)
    {
        var start = Path.Combine(Root, folder);
        return [.. Below(start)
            .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))];
    }

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(inner => !NotOurs.Contains(Path.GetFileName(inner), StringComparer.Ordinal))
                .SelectMany(Below));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"Platform.sln is not above {AppContext.BaseDirectory}");
        return folder.FullName;
    }
}
