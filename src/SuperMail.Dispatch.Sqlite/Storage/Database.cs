using Microsoft.Data.Sqlite;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// A connection with its prepared statements, used by one thread at a time. Values are given in the order in which their
/// names first stand in the statement.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;

    // By reference: statements are constants, and comparing text would cost more than some of them.
    private readonly Dictionary<string, SqliteCommand> _prepared = new(ReferenceEqualityComparer.Instance);

    private Database(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens a file that is made when it is not there, for writing; brings it up to date.</summary>
    /// <exception cref="SqliteLedgerException">It is no ledger, or of a newer version; it is left as it was.</exception>
    public static Database OpenToWrite(SqliteLedgerOptions options, Schema schema)
    {
        var database = Open(options.Path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            schema.RequireOwn(database, options.Path);

            // A page size holds only while the file is empty. The rest is this connection's own and not kept in the file,
            // but for the journal mode.
            database.RunOnce("PRAGMA page_size=4096");
            database.RunOnce("PRAGMA journal_mode=WAL");
            database.RunOnce($"PRAGMA synchronous={(options.Durability is LedgerDurability.ProcessCrash ? "NORMAL" : "FULL")}");
            database.RunOnce("PRAGMA journal_size_limit=67108864");
            database.RunOnce("PRAGMA secure_delete=ON");
            if (options.MaxPages is { } pages)
            {
                database.RunOnce($"PRAGMA max_page_count={pages}");
            }

            schema.Migrate(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that is there, for reading: sees whatever is committed when a statement begins.</summary>
    public static Database OpenToRead(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Runs one or several statements that are needed once.</summary>
    public void RunOnce(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // statements are ours: constants, or built of constants
        command.CommandText = sql;
#pragma warning restore CA2100

        // Each asked for: a reader that is disposed before runs the statements that are left and keeps their faults to itself.
        using var reader = command.ExecuteReader();
        while (reader.NextResult())
        {
            // It has run.
        }
    }

    /// <returns>The rows changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <returns>The first column of the first row; null when there is none.</returns>
    public object? Ask(string sql, params ReadOnlySpan<object?> values) =>
        Prepare(sql, values).ExecuteScalar() is { } found and not DBNull ? found : null;

    /// <returns>The rows, read one by one; the same statement is not run again before they are disposed.</returns>
    public SqliteDataReader Read(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteReader();

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static Database Open(string path, SqliteOpenMode mode)
    {
        SQLitePCL.Batteries_V2.Init();

        // Not pooled: a connection that lives on would keep the file open after the ledger was disposed.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new Database(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // statements are constants
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var name in ParameterNames.In(sql))
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            command.Prepare();
            _prepared.Add(sql, command);
        }

        if (values.Length != command.Parameters.Count)
        {
            throw new ArgumentException($"The statement has {command.Parameters.Count} parameters, not {values.Length}: {sql}", nameof(values));
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
