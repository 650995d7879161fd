namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>The sources that these tests were built from, found by walking up to the solution.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>The C# files below a folder of the repository, without what a build makes; paths are relative to that folder, with slashes.</summary>
    public static IReadOnlyList<(string Path, string Text)> Sources(params ReadOnlySpan<string> folder)
    {
        var top = PathOf(folder);
        return
        [
            .. Directory.EnumerateFiles(top, "*.cs", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(top, file).Replace('\\', '/'), file))
                .Where(static f => !f.Path.Split('/').Any(static part => part is "obj" or "bin"))
                .OrderBy(static f => f.Path, StringComparer.Ordinal)
                .Select(static f => (f.Path, File.ReadAllText(f.file))),
        ];
    }

    /// <summary>The text of one file; the path is relative to the root, with slashes.</summary>
    public static string Read(string path) => File.ReadAllText(PathOf(path.Split('/')));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SuperMail.Dispatch.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No SuperMail.Dispatch.sln in or above {AppContext.BaseDirectory}: these tests read the sources.");
    }
}
