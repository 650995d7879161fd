namespace SuperMail.Dispatch.Sqlite.Tests;

/// <summary>A folder of its own for a test's ledger files, deleted with it.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("supermail-ledger-").FullName;
    private int _copies;

    public LedgerFolder() => Ledger = Path.Combine(_path, "mailings.db");

    /// <summary>The ledger's file; at first there is none.</summary>
    public string Ledger { get; }

    public string InFolder(string name) => Path.Combine(_path, name);

    /// <summary>What a process that dies now leaves behind: the files as they are, without any closing.</summary>
    /// <returns>The ledger's file in a folder of its own.</returns>
    public string Copy(string ledger)
    {
        var to = Directory.CreateDirectory(InFolder($"copy{Interlocked.Increment(ref _copies)}")).FullName;
        // The guard first: it never knows more than the files that are copied after it.
        foreach (var suffix in new[] { "-guard", "", "-wal" })
        {
            CopyLocked(ledger + suffix, Path.Combine(to, Path.GetFileName(ledger) + suffix));
        }

        return Path.Combine(to, Path.GetFileName(ledger));
    }

    /// <summary>Copies a file although its owner has locked it against other openers of this library.</summary>
    private static void CopyLocked(string from, string to)
    {
        if (File.Exists(from))
        {
            using var copy = System.Diagnostics.Process.Start("cp", [from, to]);
            copy.WaitForExit();
        }
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
