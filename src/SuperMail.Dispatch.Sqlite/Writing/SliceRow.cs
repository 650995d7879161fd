namespace SuperMail.Dispatch.Sqlite;

internal enum SliceState
{
    /// <summary>May be claimed once it is due.</summary>
    Open = 0,

    Claimed,

    /// <summary>Every position is final or has gone into a child.</summary>
    Done,
}

/// <summary>A slice as it stands in the open transaction; <see cref="Save"/> writes what a step changed.</summary>
internal sealed class SliceRow
{
    private const string Columns =
        "slice.count, slice.attempt, state, generation, settled, begun, slice.recorded, owed, codes, last_row, parent";

    private const string Select = $"SELECT {Columns} FROM slice WHERE mailing = $mailing AND no = $no";

    private const string SelectOfMailing = $"""
        SELECT {Columns}, mailing.no
        FROM mailing LEFT JOIN slice ON slice.mailing = mailing.no AND slice.no = $no WHERE mailing.id = $id
        """;

    private const string Update = """
        UPDATE slice SET state = $state, owner = CASE $state WHEN 1 THEN owner END, settled = $settled, begun = $begun,
            recorded = $recorded, owed = $owed, codes = $codes, last_row = $last_row
        WHERE mailing = $mailing AND no = $no
        """;

    public required long Mailing { get; init; }

    public required int No { get; init; }

    public required int? Parent { get; init; }

    public required int Count { get; init; }

    public required int Attempt { get; init; }

    public required long Generation { get; init; }

    public required SliceState State { get; set; }

    public required int Settled { get; set; }

    public required int Begun { get; set; }

    /// <summary>Outcomes between settled and begun.</summary>
    public required int Recorded { get; set; }

    /// <summary>How many of these must come again in children.</summary>
    public required int Owed { get; set; }

    /// <summary>One for each position; none where nothing is known.</summary>
    public required OutcomeCode[] Codes { get; init; }

    /// <summary>Position of its latest row in the mailing's record.</summary>
    public required long LastRow { get; set; }

    public static SliceRow? Find(Database database, long mailing, int no)
    {
        using var row = database.Read(Select, mailing, no);
        return row.Read() ? From(row, mailing, no) : null;
    }

    /// <summary>The slice, if this claim on it holds.</summary>
    public static SliceRow? FindClaimed(Database database, long mailing, in SliceRef claim) => IfHeld(Find(database, mailing, claim.SliceNo), claim);

    /// <summary>The mailing of a claim, and its slice if the claim holds: one look instead of two, for it comes with every window.</summary>
    /// <returns>No mailing when it was purged.</returns>
    public static (long? Mailing, SliceRow? Slice) FindClaimed(Database database, in SliceRef claim)
    {
        using var row = database.Read(SelectOfMailing, claim.SliceNo, claim.Mailing.ToColumn());
        if (!row.Read())
        {
            return default;
        }

        var mailing = row.GetInt64(11);
        return (mailing, row.IsNull(0) ? null : IfHeld(From(row, mailing, claim.SliceNo), claim));
    }

    public void Save(Database database) => database.Run(
        Update, (long)State, Settled, Begun, Recorded, Owed, CodeRuns.Encode(Codes), LastRow, Mailing, No);

    private static SliceRow? IfHeld(SliceRow? slice, in SliceRef claim) =>
        slice is { State: SliceState.Claimed } && slice.Generation == claim.Generation ? slice : null;

    private static SliceRow From(Rows row, long mailing, int no)
    {
        var count = row.GetInt32(0);
        return new SliceRow
        {
            Mailing = mailing,
            No = no,
            Count = count,
            Attempt = row.GetInt32(1),
            State = (SliceState)row.GetInt32(2),
            Generation = row.GetInt64(3),
            Settled = row.GetInt32(4),
            Begun = row.GetInt32(5),
            Recorded = row.GetInt32(6),
            Owed = row.GetInt32(7),
            Codes = CodeRuns.Decode(row.GetBytes(8), count),
            LastRow = row.GetInt64(9),
            Parent = row.IsNull(10) ? null : row.GetInt32(10),
        };
    }
}
