namespace SuperMail.Dispatch;

/// <summary>
/// The ledger's file cannot be used: another process has it, it is of a newer version, no ledger, or a commit failed.
/// After a failed commit nothing more is sent until the dispatcher is started again: what is sent and not recorded would
/// be sent twice.
/// </summary>
public sealed class SqliteLedgerException : IOException
{
    /// <summary>What is wrong with which file, and what to do about it.</summary>
    public SqliteLedgerException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
