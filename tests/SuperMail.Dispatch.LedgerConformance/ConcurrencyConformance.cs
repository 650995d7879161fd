using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Several dispatchers on one ledger at the same time, some of which give up in the middle.</summary>
public abstract class ConcurrencyConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    private const int Recipients = 3000;

    [Fact]
    public async Task However_many_send_at_once_everybody_is_final_exactly_once()
    {
        var mailing = await UnsealedAsync(Plan() with { SendBeforeSeal = true });
        var reading = Task.Run(async () =>
        {
            for (var first = 0; first < Recipients; first += 30)
            {
                await AppendAsync(mailing, first, 10, 15, 5);
            }

            await Ledger.SealAsync(mailing, Cancel);
        }, Cancel);
        await Soon(Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => DispatchAsync(mailing, new Random(seed)), Cancel)).Append(reading)));

        var found = await FindAsync(mailing);
        Assert.True(found.IsFinished);
        Assert.Equal((Recipients, 0), (found.Counts.Accepted, found.Counts.Retry + found.Counts.Ready));
        var final = Flat((await OutcomesAsync(mailing)).Where(row => !row.IsEvidence)).Where(one => one.Code.IsFinal).ToList();
        Assert.Equal(Enumerable.Range(0, Recipients).Select(i => (long)i), final.Select(one => one.Ordinal).Order());
        Assert.Equal(found.Counts.Sent, final.LongCount(one => one.Code.Kind == OutcomeKind.Sent));
        Assert.Equal(found.Counts.InDoubt, final.LongCount(one => one.Code.Kind == OutcomeKind.InDoubt));
    }

    private async Task DispatchAsync(MailingId mailing, Random random)
    {
        var session = await Ledger.OpenSessionAsync(Cancel);
        var seen = 0L;
        while (!(await FindAsync(mailing)).IsFinished)
        {
            var slices = await session.RecoverAsync(Lane, 2, Cancel);
            slices = slices.Count > 0 ? slices : await session.ClaimAsync(mailing, 2, Cancel);
            foreach (var slice in slices)
            {
                if (!await TrySendAsync(session, slice, random))
                {
                    await session.DisposeAsync();
                    session = await Ledger.OpenSessionAsync(Cancel);
                    break;
                }
            }

            if (slices.Count == 0)
            {
                seen = await session.WaitForWorkAsync(Lane, seen, Cancel);
            }
        }
    }

    /// <summary>False when it died in the middle, as one in ten does.</summary>
    private static async Task<bool> TrySendAsync(ILedgerSession session, ClaimedSlice slice, Random random)
    {
        var codes = new OutcomeCode[slice.Count];
        slice.Recorded.Span.CopyTo(codes.AsSpan(slice.SettledThrough));
        for (var at = slice.SettledThrough; at < slice.BegunThrough; at++)
        {
            if (codes[at] == default)
            {
                await RecordAsync(session, slice, at, codes[at] = InDoubt);
            }
        }

        var begun = slice.BegunThrough;
        while (begun < slice.Count && random.Next(8) > 0)
        {
            var count = Math.Min(slice.Count - begun, random.Next(1, 5));
            Assert.Equal(BeginResult.Accepted, await BeginAsync(session, slice, begun, count));
            if (random.Next(10) == 0)
            {
                return false;
            }

            for (var at = begun; at < begun + count; at++)
            {
                codes[at] = random.Next(12) switch { 0 => Retry, 1 => NotSent, 2 => Failed, _ => Sent };
            }

            await RecordAsync(session, slice, begun, codes[begun..(begun + count)]);
            begun += count;
        }

        long[] again = [.. Enumerable.Range(slice.SettledThrough, begun - slice.SettledThrough).Where(at => !codes[at].IsFinal).Select(at => slice.Ordinals[at])];
        await CompleteAsync(session, slice, again.Length == 0 ? [] : [Child(slice, 1, TimeSpan.Zero, again)]);
        return true;
    }
}
