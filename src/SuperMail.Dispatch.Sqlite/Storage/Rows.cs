using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>The rows of a statement, read one by one. Disposed, the statement can run again.</summary>
internal readonly struct Rows(sqlite3 connection, sqlite3_stmt statement) : IDisposable
{
    /// <summary>Goes to the next row; false behind the last.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public bool Read()
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, connection);
        }

        return code == raw.SQLITE_ROW;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>Valid until the next row; empty when the column is null.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>A long, a string or bytes; null for nothing.</summary>
    public object? GetValue(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_INTEGER => GetInt64(column),
        raw.SQLITE_TEXT => GetString(column),
        raw.SQLITE_BLOB => GetBytes(column).ToArray(),
        raw.SQLITE_NULL => null,
        var type => throw new InvalidDataException($"Column {column} holds a value of SQLite's type {type}, which this ledger never stores."),
    };

    // It repeats the fault of the last step, which was thrown then.
    public void Dispose() => _ = raw.sqlite3_reset(statement);
}
