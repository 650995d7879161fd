using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>What the SQLite ledger says about itself; ids from 3100.</summary>
internal static partial class SqliteLedgerLog
{
    [LoggerMessage(3100, LogLevel.Warning,
        "The ledger '{Path}' of dispatcher '{Name}' is an older copy than what was sent from it, or came without its guard file. Its unfinished mailings are paused until somebody resumes or cancels them.")]
    public static partial void OlderCopyOpened(this ILogger log, string path, string name);
}
