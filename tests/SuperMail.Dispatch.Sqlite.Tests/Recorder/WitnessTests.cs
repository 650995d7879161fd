using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Recorder;

/// <summary>What the next process hears of the one that died.</summary>
public class WitnessTests : RecorderTest
{
    private static readonly WireState[] s_noted = [WireState.NotLeft, WireState.Left, WireState.Taken, WireState.Refused, WireState.Taken];

    [Fact]
    public async Task What_was_noted_is_known_after_the_process_died()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        await using var second = OpenAs(Copy(Path));
        var slice = await TakeOverAsync(second);
        Assert.Equal(s_noted, slice.Witnessed.ToArray());
        Assert.Equal([default, default, default, default, Sent], slice.Recorded.ToArray());
    }

    [Fact]
    public async Task Only_what_is_begun_and_not_settled_is_told()
    {
        await using var first = OpenAs(Path);
        var (session, slice, record) = await SendSomeAsync(first);
        await RecordAsync(session, slice, 0, 4);
        await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, Cancel);
        var again = await ClaimOneAsync(session, slice.Ref.Mailing);
        record = session.OpenWireRecord(again)!;
        await BeginAsync(session, again, 5, 1);
        record.Note(5, WireState.Left);

        await using var second = OpenAs(Copy(Path));
        Assert.Equal([WireState.Left], (await TakeOverAsync(second)).Witnessed.ToArray());
    }

    [Fact]
    public async Task A_process_that_dies_while_it_takes_over_passes_on_what_it_heard()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        var copy = Copy(Path);
        await using var second = OpenAs(copy);
        await TakeOverAsync(second);
        await using var third = OpenAs(Copy(copy));
        Assert.Equal(s_noted, (await TakeOverAsync(third)).Witnessed.ToArray());
    }

    [Fact]
    public async Task A_slice_that_was_completed_after_a_takeover_is_not_spoken_of_again()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        var copy = Copy(Path);
        await using var second = OpenAs(copy);
        var session = await second.OpenSessionAsync(Cancel);
        var slice = Assert.Single(await session.RecoverAsync(Lane, 10, Cancel));
        await RecordAsync(session, slice, 0, 4);
        await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, Cancel);
        var again = await ClaimOneAsync(session, slice.Ref.Mailing);
        await BeginAsync(session, again, 5, 1); // by a flow that keeps no record

        await using var third = OpenAs(Copy(copy));
        Assert.True((await TakeOverAsync(third)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task What_is_begun_under_another_claim_than_the_record_ends_it()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        var copy = Copy(Path);
        await using var second = OpenAs(copy);
        var session = await second.OpenSessionAsync(Cancel);
        var slice = Assert.Single(await session.RecoverAsync(Lane, 10, Cancel));
        await BeginAsync(session, slice, 5, 1); // not noted by anybody: it must not count as not left

        await using var third = OpenAs(Copy(copy));
        Assert.True((await TakeOverAsync(third)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task A_flow_that_opens_no_record_is_not_witnessed()
    {
        await using var first = OpenAs(Path);
        var mailing = await SealedAsync(first, 6);
        var session = await first.OpenSessionAsync(Cancel);
        await BeginAsync(session, await ClaimOneAsync(session, mailing), 0, 5);
        await using var second = OpenAs(Copy(Path));
        Assert.True((await TakeOverAsync(second)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task A_session_that_went_without_its_process_is_not_witnessed()
    {
        // Its connections may still be at work: what has not left may leave yet.
        await using var ledger = OpenAs(Path);
        var (gone, _, _) = await SendSomeAsync(ledger);
        await gone.DisposeAsync();
        Assert.True((await TakeOverAsync(ledger)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task A_ledger_given_up_without_its_process_is_not_witnessed()
    {
        var process = Guid.NewGuid();
        await using var first = OpenAs(Path, process);
        await SendSomeAsync(first);
        await using var second = OpenAs(Copy(Path), process);
        Assert.True((await TakeOverAsync(second)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task What_was_noted_before_the_machine_started_anew_is_not_believed()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        await using var second = OpenAs(Copy(Path), boot: Guid.NewGuid());
        Assert.True((await TakeOverAsync(second)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task A_restored_copy_of_the_ledger_does_not_believe_the_newer_record()
    {
        await using var first = OpenAs(Path);
        var (session, slice, record) = await SendSomeAsync(first);
        var backup = Copy(Path);
        await BeginAsync(session, slice, 5, 1);
        record.Note(5, WireState.Left);

        var restored = Copy(Path);
        File.Copy(backup, restored, overwrite: true);
        File.Copy(backup + "-wal", restored + "-wal", overwrite: true);
        await using var second = OpenAs(restored);
        Assert.True(second.IsOlderCopy);
        Assert.True((await TakeOverAsync(second)).Witnessed.IsEmpty);
    }
}
