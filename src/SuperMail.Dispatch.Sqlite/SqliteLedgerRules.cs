namespace SuperMail.Dispatch.Sqlite;

/// <summary>What the options must be.</summary>
internal static class SqliteLedgerRules
{
    /// <exception cref="ArgumentException">One is not; the message names it, its value and the rule.</exception>
    public static void Check(SqliteLedgerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Path) || options.Path == ":memory:")
        {
            throw new ArgumentException($"SqliteLedgerOptions.Path is '{options.Path}': it must name a file; without one the in-memory ledger is there already.");
        }

        if (!Enum.IsDefined(options.Durability))
        {
            throw new ArgumentException($"SqliteLedgerOptions.Durability is {options.Durability}: it must be PowerLoss or ProcessCrash.");
        }

        if (options.Lease < TimeSpan.FromSeconds(1) || options.Lease > TimeSpan.FromHours(1))
        {
            throw new ArgumentException($"SqliteLedgerOptions.Lease is {options.Lease}: it must be from 1 s to 1 h.");
        }
    }
}
