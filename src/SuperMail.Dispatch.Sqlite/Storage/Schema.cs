namespace SuperMail.Dispatch.Sqlite;

/// <summary>The tables, and how a file of an older version becomes one of this.</summary>
/// <param name="steps">Step n makes a file of version n + 1 from one of version n; 0 is an empty file.</param>
internal sealed class Schema(params IReadOnlyList<string> steps)
{
    /// <summary>"SMLD": says in the file's header whose it is.</summary>
    private const long ApplicationId = 0x534D4C44;

    public static Schema Current { get; } = new(SchemaVersion1.Sql);

    public int Version => steps.Count;

    /// <summary>Looks whose file it is, and changes nothing.</summary>
    /// <exception cref="SqliteLedgerException">The file is no ledger, or of a newer version.</exception>
    public void RequireOwn(Database database, string path)
    {
        var application = (long)database.Ask("PRAGMA application_id")!;
        if (application != ApplicationId && (application != 0 || (long)database.Ask("SELECT count(*) FROM sqlite_schema")! > 0))
        {
            throw new SqliteLedgerException($"The file '{path}' is a SQLite database, but no ledger of mailings. Give SqliteLedgerOptions.Path a file of its own.");
        }

        if (VersionOf(database) is var version && version > Version)
        {
            throw new SqliteLedgerException(
                $"The ledger '{path}' has schema version {version}; this library knows versions up to {Version}. "
                + "Use the version of SuperMail.Dispatch.Sqlite that wrote it, or a later one.");
        }
    }

    /// <summary>Brings a file up to date, in one transaction.</summary>
    public void Migrate(Database database)
    {
        var version = VersionOf(database);
        if (version == Version)
        {
            return;
        }

        database.RunOnce("BEGIN IMMEDIATE");
        for (var step = (int)version; step < Version; step++)
        {
            database.RunOnce(steps[step]);
        }

        database.RunOnce($"PRAGMA application_id={ApplicationId}");
        database.RunOnce($"PRAGMA user_version={Version}");
        database.RunOnce("COMMIT");
    }

    private static long VersionOf(Database database) => (long)database.Ask("PRAGMA user_version")!;
}
