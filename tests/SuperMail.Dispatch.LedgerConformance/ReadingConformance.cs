using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Outcomes, slices, single recipients, events.</summary>
public abstract class ReadingConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Outcomes_are_read_in_the_order_of_recording_with_their_time()
    {
        var mailing = await SealedAsync(2, 2);
        var (one, other) = (await ClaimOneAsync(mailing), await ClaimOneAsync(mailing));
        await SendAsync(other, 0, Sent);
        var first = Under.Now;
        await Under.AdvanceAsync(TimeSpan.FromSeconds(1));
        await SendAsync(one, 0, Failed, Sent);
        await SendAsync(other, 1, Sent);

        var rows = await OutcomesAsync(mailing);
        Assert.Equal([(2L, Sent), (0L, Failed), (1L, Sent), (3L, Sent)], Flat(rows));
        Assert.Equal(first, rows[0].At);
        Assert.Equal(Under.Now, rows[^1].At);
    }

    [Fact]
    public async Task A_reader_goes_on_from_any_position_it_was_given()
    {
        var mailing = await SealedAsync(50);
        var slice = await ClaimOneAsync(mailing);
        var seen = new List<(long, OutcomeCode)>();
        var after = 0L;
        for (var first = 0; first < 50; first += 5)
        {
            OutcomeCode[] codes = [.. Enumerable.Range(first, 5).Select(i => i % 7 == 0 ? Failed : Sent)];
            await SendAsync(slice, first, codes);
            var rows = await OutcomesAsync(mailing, after);
            seen.AddRange(Flat(rows));
            after = rows[^1].Position;
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => ((long)i, i % 7 == 0 ? Failed : Sent)), seen);
        Assert.Empty(await OutcomesAsync(mailing, after));
        foreach (var row in await OutcomesAsync(mailing))
        {
            Assert.Equal(seen.SkipWhile(one => one.Item1 != row.Ordinals.Span[^1]).Skip(1), Flat(await OutcomesAsync(mailing, row.Position)));
        }
    }

    [Fact]
    public async Task A_reader_may_stop_in_the_middle_of_a_row()
    {
        var mailing = await SealedAsync(10);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Failed, Sent, Sent);
        await SendAsync(slice, 4, Failed, Sent);
        OutcomeCode[] all = [Sent, Failed, Sent, Sent, Failed, Sent];
        for (var read = 0; read <= all.Length; read++)
        {
            var rows = await OutcomesAsync(mailing, read);
            Assert.Equal(all.Select((code, i) => ((long)i, code)).Skip(read), Flat(rows));
            Assert.Equal(all.Length, read == all.Length ? read : rows[^1].Position);
        }
    }

    [Fact]
    public async Task Outcomes_can_be_read_while_recording_goes_on()
    {
        const int count = 500;
        var mailing = await SealedAsync(count);
        var slice = await ClaimOneAsync(mailing);
        var recording = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                await SendAsync(slice, i, i % 3 == 0 ? Failed : Sent);
            }
        }, Cancel);
        var seen = new List<(long Ordinal, OutcomeCode Code)>();
        var after = 0L;
        while (seen.Count < count)
        {
            var last = recording.IsCompleted;
            await foreach (var row in Ledger.ReadOutcomesAsync(mailing, after, Cancel))
            {
                seen.AddRange(Flat([row]));
                after = row.Position;
            }

            Assert.False(last && seen.Count < count, "Everything was recorded and not everything is read.");
        }

        await Soon(recording);
        Assert.Equal(Enumerable.Range(0, count).Select(i => ((long)i, i % 3 == 0 ? Failed : Sent)), seen);
    }

    [Fact]
    public async Task Slices_tell_what_became_of_each_position()
    {
        var mailing = await SealedAsync(3, 2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Retry);
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.FromMinutes(1), 1));
        var slices = await SlicesAsync(mailing);
        Assert.Equal([0, 1, 2], slices.Select(one => one.SliceNo));
        Assert.Equal([Sent, Retry, default], slices[0].Codes.ToArray());
        Assert.Equal([default, default], slices[1].Codes.ToArray());
        Assert.Equal((0, 1L, 1), (slices[2].ParentSliceNo, slices[2].Ordinals[0], slices[2].Codes.Length));
        Assert.Equal(Blob(1, 1).ToArray(), slices[2].Data.ToArray());
    }

    [Fact]
    public async Task Many_slices_are_read_in_order()
    {
        var mailing = await SealedAsync([.. Enumerable.Repeat(1, 100)]);
        Assert.Equal(Enumerable.Range(0, 100), (await SlicesAsync(mailing)).Select(slice => slice.SliceNo));
    }

    [Fact]
    public async Task A_recipient_is_found_in_the_slice_that_holds_it_now()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Sent, Retry);
        var at = Under.Now;
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.FromMinutes(1), 2));
        await Under.AdvanceAsync(TimeSpan.FromMinutes(1));

        var waiting = (await Ledger.FindRecipientAsync(mailing, 2, Cancel))!;
        Assert.Equal((Retry, at, 1, 0), (waiting.Code, waiting.At, waiting.SliceNo, waiting.Position));
        Assert.Equal(Blob(2, 1).ToArray(), waiting.SliceData.ToArray());
        var child = await ClaimOneAsync(mailing);
        await SendAsync(child, 0, Failed);
        var failed = (await Ledger.FindRecipientAsync(mailing, 2, Cancel))!;
        Assert.Equal((Failed, Under.Now), (failed.Code, failed.At));
        var sent = (await Ledger.FindRecipientAsync(mailing, 1, Cancel))!;
        Assert.Equal((Sent, at, 0, 1), (sent.Code, sent.At, sent.SliceNo, sent.Position));
    }

    [Fact]
    public async Task A_recipient_without_outcome_has_none_and_one_beyond_the_end_is_none()
    {
        var mailing = await SealedAsync(2);
        var found = (await Ledger.FindRecipientAsync(mailing, 1, Cancel))!;
        Assert.Equal((default, null, 0, 1), (found.Code, found.At, found.SliceNo, found.Position));
        Assert.Equal(new RecipientKey(mailing, 1), found.Key);
        Assert.Null(await Ledger.FindRecipientAsync(mailing, 2, Cancel));
        Assert.Null(await Ledger.FindRecipientAsync(mailing, -1, Cancel));
    }

    [Fact]
    public async Task Events_are_kept_once_in_the_order_in_which_they_happened()
    {
        var mailing = await SealedAsync(2);
        RecipientEvent Happened(int minute, RecipientEventKind kind) => new(new(mailing, 1), kind, Noon.AddMinutes(minute), "x");
        await Ledger.RecordEventsAsync([Happened(5, RecipientEventKind.Opened), Happened(1, RecipientEventKind.Delivered)], Cancel);
        await Ledger.RecordEventsAsync([Happened(1, RecipientEventKind.Delivered), Happened(3, RecipientEventKind.Opened)], Cancel);
        await Ledger.RecordEventsAsync([new(new(MailingId.Create(), 1), RecipientEventKind.Opened, Noon)], Cancel);
        Assert.Equal(
            [Happened(1, RecipientEventKind.Delivered), Happened(3, RecipientEventKind.Opened), Happened(5, RecipientEventKind.Opened)],
            (await Ledger.FindRecipientAsync(mailing, 1, Cancel))!.Events);
        Assert.Empty((await Ledger.FindRecipientAsync(mailing, 0, Cancel))!.Events);
    }
}
