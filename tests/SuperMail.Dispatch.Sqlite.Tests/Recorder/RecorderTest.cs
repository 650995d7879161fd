using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Recorder;

/// <summary>The words of the recorder's tests: a process that notes, and dies; and the next one.</summary>
public abstract class RecorderTest : LedgerFileTest
{
    private static readonly Guid s_boot = Guid.NewGuid();

    /// <summary>Opens as a process of its own, by default; on the same run of the kernel, by default.</summary>
    internal static SqliteLedger OpenAs(string path, Guid? process = null, Guid? boot = null) => SqliteLedger.Open(
        new SqliteLedgerOptions { Path = path, Durability = LedgerDurability.ProcessCrash },
        TimeProvider.System,
        ledger => new RecorderOrigin(boot ?? s_boot, process ?? Guid.NewGuid(), ledger));

    /// <summary>A claimed slice of six with five begun: not left, left, taken, refused, recorded as sent.</summary>
    internal static async Task<(ILedgerSession Session, ClaimedSlice Slice, IWireRecord Record)> SendSomeAsync(IMailingLedger ledger)
    {
        var mailing = await SealedAsync(ledger, 6);
        var session = await ledger.OpenSessionAsync(Cancel);
        var slice = await ClaimOneAsync(session, mailing);
        var record = session.OpenWireRecord(slice)!;
        await BeginAsync(session, slice, 0, 5);
        for (var position = 1; position < 5; position++)
        {
            record.Note(position, WireState.Left);
        }

        record.Note(2, WireState.Taken);
        record.Note(3, WireState.Refused);
        record.Note(4, WireState.Taken);
        await RecordAsync(session, slice, 4, 1);
        return (session, slice, record);
    }

    /// <summary>What the next process takes over of the only slice.</summary>
    internal static async Task<ClaimedSlice> TakeOverAsync(SqliteLedger ledger)
    {
        var session = await ledger.OpenSessionAsync(Cancel);
        return Assert.Single(await session.RecoverAsync(Lane, 10, Cancel));
    }

    /// <summary>The files as a process that dies now leaves them.</summary>
    internal string Copy(string ledger)
    {
        var copy = Folder.Copy(ledger);
        File.Copy(WireRecorder.PathOf(ledger), WireRecorder.PathOf(copy));
        return copy;
    }

    /// <summary>The same, with something done to the recorder's file.</summary>
    internal string CopyWith(Action<FileStream> damage)
    {
        var copy = Copy(Path);
        using var file = new FileStream(WireRecorder.PathOf(copy), FileMode.Open);
        damage(file);
        return copy;
    }
}
