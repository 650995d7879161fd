using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Partitioning;
using Xunit;

namespace SuperMail.Dispatch.Tests.Delivery;

public class SliceRecoveryTests
{
    private static readonly OutcomeCode s_sent = new(OutcomeKind.Sent);
    private static readonly OutcomeCode s_inDoubt = new(OutcomeKind.InDoubt, OutcomeReason.ProcessEnded);
    private static readonly OutcomeCode s_notSent = new(OutcomeKind.NotSent, OutcomeReason.ProcessEnded);

    [Fact]
    public void Without_a_record_of_the_wire_everything_begun_is_in_doubt()
    {
        Assert.Equal([s_inDoubt, s_inDoubt, s_inDoubt], Decide(InDoubtPolicy.Hold, [default, default, default], []));
    }

    [Fact]
    public void Only_what_left_without_a_reply_is_in_doubt()
    {
        WireState[] witnessed = [WireState.NotLeft, WireState.Left, WireState.Taken, WireState.Refused];
        Assert.Equal([s_notSent, s_inDoubt, s_sent, s_notSent], Decide(InDoubtPolicy.Hold, [default, default, default, default], witnessed));
    }

    [Theory]
    [InlineData(InDoubtPolicy.Resend, OutcomeKind.NotSent, OutcomeReason.ResentInDoubt)]
    [InlineData(InDoubtPolicy.AssumeSent, OutcomeKind.Sent, OutcomeReason.Assumed)]
    public void The_policy_decides_what_is_in_doubt_and_nothing_else(InDoubtPolicy policy, OutcomeKind kind, OutcomeReason reason)
    {
        Assert.Equal(
            [s_notSent, new OutcomeCode(kind, reason), s_sent],
            Decide(policy, [default, default, default], [WireState.NotLeft, WireState.Left, WireState.Taken]));
    }

    [Fact]
    public void What_was_recorded_is_not_said_again()
    {
        Assert.Equal(
            [default, s_sent, default, s_inDoubt],
            Decide(InDoubtPolicy.Hold, [s_sent, default, s_sent, default], [WireState.Left, WireState.Taken, WireState.Left, WireState.Left]));
    }

    /// <summary>What is recorded of each begun position; none where nothing is.</summary>
    private static OutcomeCode[] Decide(InDoubtPolicy policy, OutcomeCode[] recorded, WireState[] witnessed)
    {
        const int settled = 2;
        var writer = new SliceWriter();
        for (var i = 0; i < settled + recorded.Length; i++)
        {
            writer.Add(new StoredRecipient { Address = $"user{i}@example.com", Values = [] });
        }

        var cursor = new SliceCursor(new ClaimedSlice
        {
            Ref = new SliceRef(MailingId.Create(), 0, 2),
            Count = settled + recorded.Length,
            Ordinals = new SliceOrdinals(0, default),
            SettledThrough = settled,
            BegunThrough = settled + recorded.Length,
            Recorded = recorded,
            Witnessed = witnessed,
            Data = writer.Finish(),
        });
        var decided = new OutcomeCode[recorded.Length];
        foreach (var range in SliceRecovery.Decide(cursor, policy))
        {
            range.Codes.CopyTo(decided.AsMemory(range.First - settled));
        }

        return decided;
    }
}
