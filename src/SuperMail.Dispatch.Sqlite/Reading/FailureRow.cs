namespace SuperMail.Dispatch.Sqlite;

/// <summary>A failure from the columns attempt, reply, enhanced, text.</summary>
internal static class FailureRow
{
    public static FailureDetail Read(Rows row, long ordinal) =>
        new(ordinal, row.GetInt32(0), row.GetInt32(1), EnhancedCodes.FromColumn(row.GetInt64(2)), row.TextOrNull(3));
}
