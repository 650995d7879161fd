using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// A connection with its prepared statements, used by one thread at a time. Values are given in the order in which their
/// names first stand in the statement: so SQLite numbers them.
/// </summary>
/// <remarks>
/// Statements go to SQLite's own interface below the driver: a command of ADO.NET looks each parameter up by its name and
/// times itself at every run, which cost more than the statements of a window.
/// </remarks>
internal sealed class Database : IDisposable
{
    // Milliseconds. A tool that looks into the file may lock it for a while; it is no fault of the disk.
    private const int LongestBusy = 30_000;

    private readonly SqliteConnection _connection;

    // By reference: statements are constants, and comparing text would cost more than some of them.
    private readonly Dictionary<string, sqlite3_stmt> _prepared = new(ReferenceEqualityComparer.Instance);

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

            // 16 MiB instead of 4: the writer does nothing else during a checkpoint, and most of its pages are written again soon.
            database.RunOnce("PRAGMA wal_autocheckpoint=4096");
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
    public void RunOnce(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(_connection.Handle, sql), _connection.Handle);

    /// <returns>The rows that it inserted, changed or deleted; of another statement, those of the one before.</returns>
    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var rows = Read(sql, values);
        while (rows.Read())
        {
            // What it returns is not asked for.
        }

        return raw.sqlite3_changes(_connection.Handle);
    }

    /// <returns>The first column of the first row; null when there is none.</returns>
    public object? Ask(string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var rows = Read(sql, values);
        return rows.Read() ? rows.GetValue(0) : null;
    }

    /// <returns>The rows, read one by one; the same statement is not run again before they are disposed.</returns>
    public Rows Read(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Prepare(sql);
        var expected = raw.sqlite3_bind_parameter_count(statement);
        if (values.Length != expected)
        {
            throw new ArgumentException($"The statement has {expected} parameters, not {values.Length}: {sql}", nameof(values));
        }

        for (var i = 0; i < values.Length; i++)
        {
            SqliteException.ThrowExceptionForRC(values[i].BindTo(statement, i + 1), _connection.Handle);
        }

        return new Rows(_connection.Handle!, statement);
    }

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private static Database Open(string path, SqliteOpenMode mode)
    {
        Batteries_V2.Init();

        // Not pooled: a connection that lives on would keep the file open after the ledger was disposed.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            SqliteException.ThrowExceptionForRC(raw.sqlite3_busy_timeout(connection.Handle, LongestBusy), connection.Handle);
            return new Database(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private sqlite3_stmt Prepare(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            SqliteException.ThrowExceptionForRC(
                raw.sqlite3_prepare_v3(_connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), _connection.Handle);
            _prepared.Add(sql, statement);
        }

        return statement;
    }
}
