namespace SuperMail.Dispatch;

/// <summary>What an operation of the SQLite ledger has survived when it has returned.</summary>
public enum LedgerDurability
{
    /// <summary>
    /// A loss of power: each commit waits until the disk says that it has it (<c>PRAGMA synchronous=FULL</c>). A disk
    /// that lies about it makes this <see cref="ProcessCrash"/>.
    /// </summary>
    PowerLoss = 0,

    /// <summary>
    /// The end of the process, however sudden; after a loss of power the last moments may be missing
    /// (<c>PRAGMA synchronous=NORMAL</c>). Several times faster on disks that flush slowly.
    /// </summary>
    ProcessCrash,
}
