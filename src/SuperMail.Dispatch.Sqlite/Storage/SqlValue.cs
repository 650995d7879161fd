using SQLitePCL;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>A value on its way into a statement: a whole number, text, bytes, or nothing. Numbers are not boxed.</summary>
internal readonly struct SqlValue
{
    private readonly object? _reference;
    private readonly long? _number;

    private SqlValue(object? reference) => _reference = reference;

    private SqlValue(long? number) => _number = number;

    public static SqlValue Null => default;

    public static implicit operator SqlValue(long? number) => new(number);

    public static implicit operator SqlValue(long number) => new(number);

    public static implicit operator SqlValue(string? text) => new(text);

    public static implicit operator SqlValue(byte[]? bytes) => new(bytes);

    /// <returns>The code of the result.</returns>
    public int BindTo(sqlite3_stmt statement, int index) => this switch
    {
        { _number: { } number } => raw.sqlite3_bind_int64(statement, index, number),
        { _reference: string text } => raw.sqlite3_bind_text(statement, index, text),
        { _reference: byte[] bytes } => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => raw.sqlite3_bind_null(statement, index),
    };
}
