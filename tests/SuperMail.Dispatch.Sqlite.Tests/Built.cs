namespace SuperMail.Dispatch.Sqlite.Tests;

/// <summary>Programs that are built with the tests, in the same configuration.</summary>
internal static class Built
{
    /// <param name="folder">Of the repository: samples or tests.</param>
    /// <param name="project">The project, named like its folder and its program.</param>
    public static string PathOf(string folder, string project)
    {
        // tests/This.Tests/bin/Debug/net10.0
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var repository = here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(repository, folder, project, "bin", here.Parent.Name, here.Name, $"{project}.dll");
    }
}
