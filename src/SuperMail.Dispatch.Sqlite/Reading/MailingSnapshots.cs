namespace SuperMail.Dispatch.Sqlite;

/// <summary>Mailings as they stand at one moment, read from any connection.</summary>
internal sealed class MailingSnapshots(LedgerSessions sessions, TimeProvider time)
{
    private const string Select = """
        SELECT m.id, m.external_key, m.lane, m.send_before_seal, m.not_before, m.priority, m.created_at, m.finished_at,
            m.desired, m.control_version, m.reason, m.sealed, m.running_hash,
            m.accepted, m.sent, m.failed, m.in_doubt, m.duplicate, m.blocked, m.cancelled, m.retry,
            p.name, p.definition, p.definition_hash, p.in_doubt_policy, p.resend_of, p.reader,
            (SELECT min(due) FROM slice s WHERE s.mailing = m.no AND s.state = 0 AND s.parent IS NOT NULL AND s.due > $now), m.no,
            m.segments, m.cost
        FROM mailing m JOIN plan p ON p.mailing = m.no

        """;

    private const string ById = Select + "WHERE m.id = $id";
    private const string ByNumber = Select + "WHERE m.no = $no";
    private const string ByKey = Select + "WHERE m.external_key = $key";
    private const string NextOfAll = Select + "WHERE m.no > $after ORDER BY m.no LIMIT 1";
    private const string NextUnfinished = Select + "WHERE m.no > $after AND m.finished_at IS NULL ORDER BY m.no LIMIT 1";

    public LedgerMailing? Find(Database database, MailingId id) => First(database, ById, id.ToColumn())?.Mailing;

    public LedgerMailing? FindByKey(Database database, string key) => First(database, ByKey, key)?.Mailing;

    public LedgerMailing Get(Database database, long no) => First(database, ByNumber, no)!.Value.Mailing;

    /// <summary>The next one in order of creation behind a number.</summary>
    public (long No, LedgerMailing Mailing)? Next(Database database, long after, bool unfinishedOnly) =>
        First(database, unfinishedOnly ? NextUnfinished : NextOfAll, after);

    private (long No, LedgerMailing Mailing)? First(Database database, string select, SqlValue key)
    {
        using var row = database.Read(select, time.GetUtcNow().ToColumn(), key);
        return row.Read() ? (row.GetInt64(28), Snapshot(row)) : null;
    }

    private LedgerMailing Snapshot(Rows row)
    {
        var created = new NewMailing
        {
            Id = row.Id(0),
            ExternalKey = row.TextOrNull(1),
            Lane = row.GetString(2),
            SendBeforeSeal = row.Truth(3),
            NotBefore = row.MomentOrNull(4),
            Priority = (MailingPriority)row.GetInt64(5),
            Name = row.GetString(21),
            Definition = row.Bytes(22),
            DefinitionHash = row.Bytes(23),
            InDoubtPolicy = (InDoubtPolicy)row.GetInt64(24),
            ResendOf = row.IsNull(25) ? null : row.Id(25),
            ReaderInstanceId = row.TextOrNull(26),
        };
        var isSealed = row.Truth(11);
        return new LedgerMailing
        {
            Created = created,
            CreatedAt = row.Moment(6),
            FinishedAt = row.MomentOrNull(7),
            Desired = (DesiredState)row.GetInt64(8),
            ControlVersion = row.GetInt64(9),
            Reason = row.TextOrNull(10),
            Sealed = isSealed,
            RunningHash = row.Bytes(12),
            Counts = new MailingCounts
            {
                Accepted = row.GetInt64(13),
                Sent = row.GetInt64(14),
                Failed = row.GetInt64(15),
                InDoubt = row.GetInt64(16),
                Duplicate = row.GetInt64(17),
                Blocked = row.GetInt64(18),
                Cancelled = row.GetInt64(19),
                Retry = row.GetInt64(20),
            },
            Usage = new SmsUsage(row.GetInt64(29), UsageRow.CostOf(row.TextOrNull(30))),
            NextDue = row.MomentOrNull(27),
            ReaderAlive = !isSealed && sessions.IsAlive(created.ReaderInstanceId),
        };
    }
}
