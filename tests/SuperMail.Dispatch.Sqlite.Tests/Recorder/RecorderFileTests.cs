using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Recorder;

/// <summary>The recorder's file: room, damage, absence.</summary>
public class RecorderFileTests : RecorderTest
{
    [Fact]
    public async Task The_file_is_small_and_has_its_size_from_the_start()
    {
        await using var ledger = OpenAs(Path);
        var before = new FileInfo(WireRecorder.PathOf(Path)).Length;
        await SendSomeAsync(ledger);
        Assert.Equal(before, new FileInfo(WireRecorder.PathOf(Path)).Length);
        Assert.InRange(before, 1, 512 * 1024);
    }

    [Fact]
    public async Task A_slice_for_which_there_is_no_room_is_in_doubt_as_without_a_recorder()
    {
        await using var first = OpenAs(Path);
        var mailing = await SealedAsync(first, [.. Enumerable.Repeat(1, RecorderLayout.Blocks + 1)]);
        var session = await first.OpenSessionAsync(Cancel);
        var slices = await session.ClaimAsync(mailing, RecorderLayout.Blocks + 1, Cancel);
        var records = slices.Select(session.OpenWireRecord).ToArray();
        Assert.All(records[..^1], Assert.NotNull);
        Assert.Null(records[^1]);

        await BeginAsync(session, slices[0], 0, 1);
        await BeginAsync(session, slices[^1], 0, 1);
        await using var second = OpenAs(Copy(Path));
        var taken = await (await second.OpenSessionAsync(Cancel)).RecoverAsync(Lane, 1000, Cancel);
        Assert.Equal([WireState.NotLeft], taken.Single(s => s.Ref.SliceNo == 0).Witnessed.ToArray());
        Assert.True(taken.Single(s => s.Ref.SliceNo == RecorderLayout.Blocks).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task A_completed_slice_makes_room_for_another()
    {
        await using var ledger = OpenAs(Path);
        var mailing = await SealedAsync(ledger, [.. Enumerable.Repeat(1, RecorderLayout.Blocks + 1)]);
        var session = await ledger.OpenSessionAsync(Cancel);
        var slices = await session.ClaimAsync(mailing, RecorderLayout.Blocks + 1, Cancel);
        foreach (var slice in slices.SkipLast(1))
        {
            session.OpenWireRecord(slice);
        }

        await SendAsync(session, slices[0], 0, 1);
        await session.CompleteAsync(new SliceCompletion { Slice = slices[0].Ref }, Cancel);
        Assert.NotNull(session.OpenWireRecord(slices[^1]));
    }

    [Fact]
    public async Task Who_lost_its_claim_cannot_note_into_the_record_of_another_slice()
    {
        await using var first = OpenAs(Path);
        var (late, _, record) = await SendSomeAsync(first);
        await late.DisposeAsync();
        var session = await first.OpenSessionAsync(Cancel);
        var slice = Assert.Single(await session.RecoverAsync(Lane, 10, Cancel));
        await RecordAsync(session, slice, 0, 4);
        await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, Cancel);
        var another = await ClaimOneAsync(session, slice.Ref.Mailing);
        session.OpenWireRecord(another);
        await BeginAsync(session, another, 5, 1);
        record.Note(5, WireState.Taken);

        await using var second = OpenAs(Copy(Path));
        Assert.Equal([WireState.NotLeft], (await TakeOverAsync(second)).Witnessed.ToArray());
    }

    [Fact]
    public void The_end_of_a_claim_that_is_heard_of_late_leaves_the_record_of_the_next_claim_alone()
    {
        var (here, mailing) = (new RecorderOrigin(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()), MailingId.Create());
        using var recorder = WireRecorder.Open(Path, here, static _ => false);
        for (var generation = 1; generation <= 2 * RecorderLayout.Blocks; generation++)
        {
            Assert.NotNull(recorder.Open(new SliceRef(mailing, 0, generation + 1), 6));
            recorder.Close(new SliceRef(mailing, 0, generation));
        }

        var left = Assert.Single(WireTrace.Read(WireRecorder.PathOf(Path), here with { Process = Guid.NewGuid() }));
        Assert.Equal((2 * RecorderLayout.Blocks) + 1, left.Slice.Generation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(RecorderLayout.Length - 1)]
    public async Task A_file_that_was_cut_says_nothing(int length)
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        await using var second = OpenAs(CopyWith(file => file.SetLength(length)));
        Assert.True((await TakeOverAsync(second)).Witnessed.IsEmpty);
    }

    [Fact]
    public async Task A_block_whose_head_is_damaged_says_nothing()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        for (var at = 0; at < 36; at++)
        {
            await using var second = OpenAs(CopyWith(file => Flip(file, RecorderLayout.OffsetOf(0) + at)));
            Assert.True((await TakeOverAsync(second)).Witnessed.IsEmpty);
        }
    }

    [Fact]
    public async Task A_state_that_nobody_notes_is_in_doubt()
    {
        await using var first = OpenAs(Path);
        await SendSomeAsync(first);
        await using var second = OpenAs(CopyWith(file => Flip(file, RecorderLayout.OffsetOf(0) + RecorderLayout.BlockHeaderLength)));
        Assert.Equal(WireState.Left, (await TakeOverAsync(second)).Witnessed.Span[0]);
    }

    [Fact]
    public async Task Without_a_boot_id_there_is_no_recorder_and_none_is_left_behind()
    {
        await using (var first = OpenAs(Path))
        {
            await SendSomeAsync(first);
        }

        await using var second = SqliteLedger.Open(new SqliteLedgerOptions { Path = Path }, TimeProvider.System, static _ => null);
        var slice = await TakeOverAsync(second);
        Assert.True(slice.Witnessed.IsEmpty);
        Assert.False(File.Exists(WireRecorder.PathOf(Path)));
    }

    [Fact]
    public async Task It_is_left_out_by_choice()
    {
        var options = new SqliteLedgerOptions { Path = Path, UseRecorder = false };
        await using var ledger = SqliteLedger.Open(options, TimeProvider.System);
        var mailing = await SealedAsync(ledger, 6);
        var session = await ledger.OpenSessionAsync(Cancel);
        Assert.Null(session.OpenWireRecord(await ClaimOneAsync(session, mailing)));
    }

    [Fact]
    public async Task A_note_after_the_ledger_is_closed_goes_nowhere()
    {
        IWireRecord record;
        await using (var ledger = OpenAs(Path))
        {
            (_, _, record) = await SendSomeAsync(ledger);
        }

        record.Note(0, WireState.Taken);
        await using var second = OpenAs(Path);
        Assert.Equal(WireState.NotLeft, (await TakeOverAsync(second)).Witnessed.Span[0]);
    }

    private static void Flip(FileStream file, int at)
    {
        file.Position = at;
        var octet = (byte)file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)~octet);
    }
}
