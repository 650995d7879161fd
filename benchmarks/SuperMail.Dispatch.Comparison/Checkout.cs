namespace SuperMail.Dispatch.Comparison;

/// <summary>The checkout that this program was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>Where everything is put that is not kept: installed peers, figures.</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "comparison")).FullName;

    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    /// <summary>A script beside this program.</summary>
    public static string Peer(string name) => Path.Combine(AppContext.BaseDirectory, "Peers", name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SuperMail.Dispatch.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No SuperMail.Dispatch.sln in or above {AppContext.BaseDirectory}.");
    }
}
