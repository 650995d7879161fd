namespace SuperMail.Dispatch;

/// <summary>Where the SQLite ledger is kept, and how carefully.</summary>
public sealed class SqliteLedgerOptions
{
    /// <summary>
    /// The database file, made when it is not there; its folder must be. Beside it stand <c>-wal</c>, <c>-shm</c> and
    /// <c>-guard</c> files that belong to it. On a local disk: SQLite's shared memory does not work over a network.
    /// </summary>
    public string Path { get; set; } = "";

    /// <summary>What a commit survives; default <see cref="LedgerDurability.PowerLoss"/>.</summary>
    public LedgerDurability Durability { get; set; }

    /// <summary>
    /// True to delete the recipients of a mailing - addresses, names, merge values - as soon as all of them are final;
    /// those in doubt once they are resolved. Counts and outcomes by place in the mailing stay until it is purged, but
    /// nobody of it can be sent to again. Default false: recipients are kept until the mailing is purged.
    /// </summary>
    public bool DeleteRecipientsWhenFinished { get; set; }

    /// <summary>
    /// How long a dispatcher owns what it claimed without a sign of life; default 30 s, 1 s to 1 h. After a restart of
    /// the process nothing waits for it: the file has one process at a time.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most pages of 4096 bytes that the file may have, so that tests meet a full disk; null = no limit.</summary>
    internal int? MaxPages { get; set; }
}
