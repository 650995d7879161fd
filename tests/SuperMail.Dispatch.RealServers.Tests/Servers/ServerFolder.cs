using System.Globalization;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>
/// A server's own folder under the temp folder, gone at the end. The file <c>pid</c> in it lets <c>./test</c> end a
/// server whose test run was killed.
/// </summary>
internal sealed class ServerFolder : IDisposable
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public ServerFolder(string name)
    {
        Root = Directory.CreateTempSubdirectory($"supermail-{name}-").FullName;

        // Servers give up root and must still reach what is theirs.
        File.SetUnixFileMode(Root, Open);
    }

    public string Root { get; }

    public string Folder(params string[] names)
    {
        var path = Path.Combine([Root, .. names]);
        Directory.CreateDirectory(path, Open);
        return path;
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void RecordProcess(int processId, bool leadsGroup) =>
        Write("pid", string.Create(CultureInfo.InvariantCulture, $"{(leadsGroup ? -processId : processId)}\n"));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
