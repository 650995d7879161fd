namespace SuperMail.Dispatch.Sqlite;

/// <summary>What operations look at of a mailing, as it stands in the open transaction.</summary>
internal sealed record MailingRow
{
    private const string Select = """
        SELECT no, lane, desired, control_version, sealed, finished_at, send_before_seal, not_before, slices, accepted
        FROM mailing WHERE id = $id
        """;

    public required long No { get; init; }

    public required MailingId Id { get; init; }

    public required string Lane { get; init; }

    public required DesiredState Desired { get; init; }

    public required long ControlVersion { get; init; }

    public required bool Sealed { get; init; }

    public required bool IsFinished { get; init; }

    public required bool SendBeforeSeal { get; init; }

    public required DateTimeOffset? NotBefore { get; init; }

    /// <summary>How many slices it has: the number of the next one.</summary>
    public required long Slices { get; init; }

    public required long Accepted { get; init; }

    public static MailingRow? Find(Database database, MailingId id)
    {
        using var row = database.Read(Select, id.ToColumn());
        return !row.Read() ? null : new MailingRow
        {
            No = row.GetInt64(0),
            Id = id,
            Lane = row.GetString(1),
            Desired = (DesiredState)row.GetInt64(2),
            ControlVersion = row.GetInt64(3),
            Sealed = row.Truth(4),
            IsFinished = !row.IsNull(5),
            SendBeforeSeal = row.Truth(6),
            NotBefore = row.MomentOrNull(7),
            Slices = row.GetInt64(8),
            Accepted = row.GetInt64(9),
        };
    }

    /// <exception cref="LedgerConflictException">There is no such mailing.</exception>
    public static MailingRow Require(Database database, MailingId id) => Find(database, id)
        ?? throw new LedgerConflictException($"There is no mailing {id}: it never was in this ledger, or was deleted from it.");

    /// <summary>True when slices of it that are due can be claimed.</summary>
    public bool IsClaimable(DateTimeOffset now) =>
        !IsFinished && Desired is DesiredState.Run && (Sealed || SendBeforeSeal) && !(NotBefore > now);
}
