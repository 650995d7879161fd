namespace SuperMail.Dispatch.Sqlite;

/// <summary>When time alone makes something ready.</summary>
internal static class DueMoments
{
    /// <summary>The next one after a moment, or null.</summary>
    public static DateTimeOffset? After(Database database, DateTimeOffset moment)
    {
        var child = database.Ask("SELECT min(due) FROM slice WHERE state = 0 AND parent IS NOT NULL AND due > $now", moment.ToColumn());
        var start = database.Ask("SELECT min(not_before) FROM mailing WHERE finished_at IS NULL AND not_before > $now", moment.ToColumn());
        return (child, start) switch
        {
            (null, null) => null,
            (long one, long other) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(one, other)),
            _ => DateTimeOffset.FromUnixTimeMilliseconds((long)(child ?? start)!),
        };
    }
}
