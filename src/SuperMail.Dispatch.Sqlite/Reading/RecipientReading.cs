using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>Where one recipient stands.</summary>
internal static class RecipientReading
{
    private const string Root = """
        SELECT s.no, s.first_ordinal, s.count, s.codes, s.last_row, d.ordinals, d.data
        FROM slice s JOIN slice_data d ON d.mailing = s.mailing AND d.slice = s.no
        WHERE s.mailing = $mailing AND s.parent IS NULL AND s.first_ordinal <= $ordinal
        ORDER BY s.first_ordinal DESC LIMIT 1
        """;

    // The latest first: a recipient comes again from where it stood last.
    private const string Children = """
        SELECT s.no, s.first_ordinal, s.count, s.codes, s.last_row, d.ordinals, d.data
        FROM slice s JOIN slice_data d ON d.mailing = s.mailing AND d.slice = s.no
        WHERE s.mailing = $mailing AND s.parent = $parent
        ORDER BY s.no DESC
        """;

    // Back from the slice's latest row: its rows stand close together in the record.
    private const string RecordedAt = """
        SELECT at FROM outcome
        WHERE mailing = $mailing AND position <= $last AND slice = $slice AND evidence = 0 AND first <= $position AND first + count > $position
        ORDER BY position DESC LIMIT 1
        """;

    private const string LatestFailure = """
        SELECT f.attempt, f.reply, f.enhanced, f.text
        FROM failure f JOIN outcome o ON o.mailing = f.mailing AND o.position = f.position
        WHERE f.mailing = $mailing AND f.ordinal = $ordinal AND o.evidence = 0
        ORDER BY f.position DESC LIMIT 1
        """;

    private const string Events = """
        SELECT kind, at, detail FROM event WHERE mailing = $mailing AND ordinal = $ordinal ORDER BY at, kind
        """;

    public static LedgerRecipient? Find(Database database, MailingId id, long ordinal)
    {
        var key = new RecipientKey(id, ordinal);
        if (ordinal < 0
            || database.Ask("SELECT no FROM mailing WHERE id = $id AND accepted > $ordinal", id.ToColumn(), ordinal) is not long mailing
            || FindIn(database, Root, mailing, ordinal, ordinal) is not { } place)
        {
            return null;
        }

        // A child that has no outcome yet says nothing newer than its parent.
        var latest = place;
        while (FindIn(database, Children, mailing, place.Slice, ordinal) is { } child)
        {
            place = child;
            latest = child.Code == default ? latest : child;
        }

        return new LedgerRecipient
        {
            Key = key,
            Code = latest.Code,
            At = latest.Code == default ? null : TimeOf(database, mailing, latest),
            Failure = FailureOf(database, mailing, ordinal),
            Events = EventsOf(database, mailing, key),
            SliceNo = place.Slice,
            Position = place.Position,
            SliceData = place.Data,
        };
    }

    private static Place? FindIn(Database database, string select, long mailing, long key, long ordinal)
    {
        using var row = database.Read(select, mailing, key);
        while (row.Read())
        {
            var listed = MemoryMarshal.Cast<byte, long>(row.Bytes(5));
            var position = listed.IsEmpty ? (int)(ordinal - row.GetInt64(1)) : listed.BinarySearch(ordinal);
            var count = row.GetInt32(2);
            if (position >= 0 && position < count)
            {
                return new Place(row.GetInt32(0), position, CodeRuns.Decode(row.GetBytes(3), count)[position], row.GetInt64(4), row.Bytes(6));
            }
        }

        return null;
    }

    private static DateTimeOffset? TimeOf(Database database, long mailing, Place place) =>
        database.Ask(RecordedAt, mailing, place.LastRow, place.Slice, place.Position) is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private static FailureDetail? FailureOf(Database database, long mailing, long ordinal)
    {
        using var row = database.Read(LatestFailure, mailing, ordinal);
        return row.Read() ? FailureRow.Read(row, ordinal) : null;
    }

    private static List<RecipientEvent> EventsOf(Database database, long mailing, RecipientKey key)
    {
        var found = new List<RecipientEvent>();
        using var row = database.Read(Events, mailing, key.Ordinal);
        while (row.Read())
        {
            found.Add(new RecipientEvent(key, (RecipientEventKind)row.GetInt64(0), row.Moment(1), row.TextOrNull(2)));
        }

        return found;
    }

    private sealed record Place(int Slice, int Position, OutcomeCode Code, long LastRow, byte[] Data);
}
