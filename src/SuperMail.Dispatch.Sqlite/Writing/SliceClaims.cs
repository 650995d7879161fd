namespace SuperMail.Dispatch.Sqlite;

/// <summary>Who owns which slice: claim and recover.</summary>
internal sealed class SliceClaims(LedgerStore store)
{
    private const string DueChildren = """
        SELECT no FROM slice WHERE mailing = $mailing AND state = 0 AND parent IS NOT NULL AND due <= $now ORDER BY due, no LIMIT $max
        """;

    private const string OpenRoots = """
        SELECT no FROM slice WHERE mailing = $mailing AND state = 0 AND parent IS NULL ORDER BY no LIMIT $max
        """;

    private const string Claimed = """
        SELECT m.no, m.id, s.no, s.owner FROM mailing m JOIN slice s ON s.mailing = m.no
        WHERE m.lane = $lane AND m.finished_at IS NULL AND s.state = 1
        """;

    // The generation rises with each owner: what the one before still says is known to be late.
    private const string Take = """
        UPDATE slice SET state = 1, owner = $owner, generation = generation + 1 WHERE mailing = $mailing AND no = $no
        """;

    private const string Select = """
        SELECT s.generation, s.count, s.settled, s.begun, s.codes, s.first_ordinal, d.ordinals, d.data
        FROM slice s JOIN slice_data d ON d.mailing = s.mailing AND d.slice = s.no
        WHERE s.mailing = $mailing AND s.no = $no
        """;

    public static IReadOnlyList<ClaimedSlice> Claim(WriteScope scope, string owner, MailingId id, int max)
    {
        var database = scope.Database;
        if (MailingRow.Find(database, id) is not { } mailing || !mailing.IsClaimable(scope.Now))
        {
            return [];
        }

        var slices = Numbers(database.Read(DueChildren, mailing.No, scope.Now.ToColumn(), max));
        if (slices.Count < max)
        {
            slices.AddRange(Numbers(database.Read(OpenRoots, mailing.No, max - slices.Count)));
        }

        return slices.ConvertAll(no => Give(database, owner, id, mailing.No, no));
    }

    public IReadOnlyList<ClaimedSlice> Recover(WriteScope scope, string owner, string lane, int max)
    {
        var lost = new List<(long Mailing, MailingId Id, int No)>();
        using (var row = scope.Database.Read(Claimed, lane))
        {
            while (lost.Count < max && row.Read())
            {
                var holder = row.GetString(3);
                if (holder != owner && !store.Sessions.IsAlive(holder))
                {
                    lost.Add((row.GetInt64(0), row.Id(1), row.GetInt32(2)));
                }
            }
        }

        return lost.ConvertAll(slice => Give(scope.Database, owner, slice.Id, slice.Mailing, slice.No));
    }

    private static List<int> Numbers(Rows rows)
    {
        using (rows)
        {
            var numbers = new List<int>(1);
            while (rows.Read())
            {
                numbers.Add(rows.GetInt32(0));
            }

            return numbers;
        }
    }

    private static ClaimedSlice Give(Database database, string owner, MailingId id, long mailing, int no)
    {
        database.Run(Take, owner, mailing, no);
        using var row = database.Read(Select, mailing, no);
        row.Read();
        var (count, settled, begun) = (row.GetInt32(1), row.GetInt32(2), row.GetInt32(3));
        return new ClaimedSlice
        {
            Ref = new SliceRef(id, no, row.GetInt64(0)),
            Count = count,
            Ordinals = row.Ordinals(5, 6),
            SettledThrough = settled,
            BegunThrough = begun,
            Recorded = settled == begun ? default : CodeRuns.Decode(row.GetBytes(4), count).AsMemory(settled, begun - settled),
            Data = row.Bytes(7),
        };
    }
}
