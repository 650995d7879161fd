namespace SuperMail.Dispatch.Sqlite;

/// <summary>Whose a recorder's file is.</summary>
/// <param name="Boot">
/// The kernel's run. What a process wrote to a mapped file outlives the process, not the kernel: after a loss of power
/// the ledger's commits are there and these pages may not be.
/// </param>
/// <param name="Process">
/// The process. One that still runs may yet send what it has begun; of a connection of one's own, nothing can be said.
/// </param>
/// <param name="Ledger">The ledger's identity: another file's numbers mean other recipients.</param>
internal readonly record struct RecorderOrigin(Guid Boot, Guid Process, Guid Ledger)
{
    // Linux only; in a container it is the host's, which is what counts.
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    private static readonly Guid s_process = Guid.NewGuid();
    private static readonly Guid? s_boot = ReadBootId();

    /// <summary>This process on this machine; null where the system does not tell one boot from the next.</summary>
    public static RecorderOrigin? Here(Guid ledger) => s_boot is { } boot ? new RecorderOrigin(boot, s_process, ledger) : null;

    private static Guid? ReadBootId()
    {
        try
        {
            return File.Exists(BootIdPath) && Guid.TryParse(File.ReadAllText(BootIdPath), out var id) ? id : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
