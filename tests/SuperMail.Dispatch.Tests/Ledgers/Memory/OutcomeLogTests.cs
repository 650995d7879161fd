using FsCheck;
using FsCheck.Fluent;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Memory;

public sealed class OutcomeLogTests
{
    private static readonly OutcomeCode[] Kinds = [new(OutcomeKind.Sent), new(OutcomeKind.Failed, OutcomeReason.Reply)];

    private static MemorySlice Slice(int number, int count)
    {
        var plan = new NewMailing { Id = MailingId.Create(), Name = "x", Lane = "x", Definition = default, DefinitionHash = default };
        var mailing = new MemoryMailing(plan, 0, new LaneWork(), FakeClock.DefaultStart, 1000);
        return new MemorySlice { Mailing = mailing, Number = number, Ordinals = new(number * 10_000L, default), Count = count };
    }

    [Fact]
    public void However_windows_fall_a_reader_gets_each_outcome_once_and_in_order_from_any_position()
    {
        // Windows of two slices in turn or in a row, of one code or mixed, over more than one chunk of rows.
        var windows = Gen.Choose(0, 1).Zip(Gen.Choose(1, 4)).Zip(Gen.Choose(0, 5)).ListOf(1500).ToArbitrary();
        Prop.ForAll(windows, Gen.Choose(0, 5000).ToArbitrary(), (given, from) =>
        {
            var log = new OutcomeLog();
            List<MemorySlice> slices = [Slice(0, 60_000), Slice(1, 60_000)];
            var next = new int[2];
            var expected = new List<(long Ordinal, OutcomeCode Code, DateTimeOffset At)>();
            var at = FakeClock.DefaultStart;
            foreach (var ((slice, count), mix) in given)
            {
                at = at.AddMilliseconds(mix == 5 ? 3 : 0);
                OutcomeCode[] codes = [.. Enumerable.Range(0, count).Select(i => Kinds[mix == 4 ? i % 2 : 0])];
                log.Append(slice, next[slice], codes, at, [], evidence: false);
                expected.AddRange(codes.Select((code, i) => ((slice * 10_000L) + next[slice] + i, code, at)));
                next[slice] += count;
            }

            var found = new List<(long Ordinal, OutcomeCode Code, DateTimeOffset At)>();
            var after = (long)Math.Min(from, expected.Count);
            while (log.Read(after, 7, slices) is { Count: > 0 } rows)
            {
                after = rows[^1].Position;
                found.AddRange(rows.SelectMany(row => row.Ordinals.ToArray().Zip(row.Codes.ToArray(), (ordinal, code) => (ordinal, code, row.At))));
            }

            return found.SequenceEqual(expected.Skip(Math.Min(from, expected.Count))) && log.End == expected.Count;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(8));
    }

    [Fact]
    public void Evidence_is_marked_and_gives_nobody_a_time()
    {
        var log = new OutcomeLog();
        var row = log.Append(0, 0, [Kinds[0]], FakeClock.DefaultStart, [], evidence: false);
        log.Append(0, 0, [Kinds[1]], FakeClock.DefaultStart.AddHours(1), [], evidence: true);
        Assert.Equal([false, true], log.Read(0, 10, [Slice(0, 1)]).Select(one => one.IsEvidence));
        Assert.Equal(FakeClock.DefaultStart, log.FindTime(0, 0, row + 1));
    }
}
