namespace SuperMail.Dispatch.Sqlite;

/// <summary>What the ledger and its sessions share.</summary>
internal sealed class LedgerStore : IAsyncDisposable
{
    private readonly LedgerGuard _guard;

    private LedgerStore(
        SqliteLedgerOptions options, LedgerGuard guard, Database database, bool isOlderCopy, WireRecorder? recorder, TimeProvider time)
    {
        Recorder = recorder;
        _guard = guard;
        Options = options;
        Time = time;
        IsOlderCopy = isOlderCopy;
        Sessions = new LedgerSessions(time, options.Lease);
        Snapshots = new MailingSnapshots(Sessions, time);
        Readers = new ReaderPool(options.Path);
        Alarm = new DueAlarm(time, Ring);
        Writer = new LedgerWriter(options.Path, database, guard, time);
        Alarm.RingBy(Readers.Read(reader => DueMoments.After(reader, time.GetUtcNow())));
    }

    public SqliteLedgerOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>True when the file was restored from an older copy, and its unfinished mailings were paused.</summary>
    public bool IsOlderCopy { get; }

    /// <summary>Narrows what is in doubt after a killed process; null where it is not wanted or not to be had.</summary>
    public WireRecorder? Recorder { get; }

    /// <summary>True when a purge was cut off: something is left to delete.</summary>
    public bool HasLeaving => Readers.Read(static reader => reader.Ask("SELECT 1 FROM leaving LIMIT 1")) is not null;

    public LedgerSessions Sessions { get; }

    public LaneNews Lanes { get; } = new();

    public MailingSnapshots Snapshots { get; }

    public ReaderPool Readers { get; }

    public LedgerWriter Writer { get; }

    public DueAlarm Alarm { get; }

    /// <exception cref="SqliteLedgerException">The file is in use, no ledger, of a newer version, or cannot be read.</exception>
    public static LedgerStore Open(SqliteLedgerOptions options, TimeProvider time, Func<Guid, RecorderOrigin?>? origin = null)
    {
        var guard = LedgerGuard.Take(options.Path);
        Database? database = null;
        try
        {
            database = Database.OpenToWrite(options, Schema.Current);
            var isOlderCopy = guard.FindsOlderCopy(database);
            var recorder = WireRecorder.OpenBeside(database, options, isOlderCopy, origin ?? RecorderOrigin.Here);
            return new LedgerStore(options, guard, database, isOlderCopy, recorder, time);
        }
        catch (Exception fault)
        {
            database?.Dispose();
            guard.Dispose();
            if (fault is Microsoft.Data.Sqlite.SqliteException)
            {
                throw new SqliteLedgerException($"The ledger '{options.Path}' cannot be opened: {fault.Message}", fault);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Alarm.Dispose();
        Lanes.Close();

        // The writer's connection is closed last: then the write-ahead log is emptied into the file.
        Readers.Dispose();
        await Writer.DisposeAsync().ConfigureAwait(false);
        Recorder?.Dispose();
        _guard.Dispose();
    }

    private DateTimeOffset? Ring(DateTimeOffset now)
    {
        Lanes.AllChanged();
        try
        {
            return Readers.Read(reader => DueMoments.After(reader, now));
        }
        catch (ObjectDisposedException)
        {
            return null; // the timer was on its way while the ledger was closed
        }
    }
}
