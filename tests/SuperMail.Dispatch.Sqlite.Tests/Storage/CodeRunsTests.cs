using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Storage;

public sealed class CodeRunsTests
{
    private static readonly OutcomeCode Sent = new(OutcomeKind.Sent);
    private static readonly OutcomeCode Failed = new(OutcomeKind.Failed, OutcomeReason.Reply);

    [Fact]
    public void What_is_encoded_comes_back()
    {
        var random = new Random(4);
        for (var i = 0; i < 200; i++)
        {
            var codes = new OutcomeCode[random.Next(1, 501)];
            foreach (ref var code in codes.AsSpan())
            {
                code = random.Next(4) switch { 0 => default, 1 => Failed, _ => Sent };
            }

            Assert.Equal(codes, CodeRuns.Decode(CodeRuns.Encode(codes), codes.Length));
        }
    }

    [Fact]
    public void A_slice_of_which_all_are_sent_takes_four_bytes() =>
        Assert.Equal(4, CodeRuns.Encode(Enumerable.Repeat(Sent, 500).ToArray()).Length);

    [Fact]
    public void Where_the_runs_do_not_reach_there_is_no_outcome() =>
        Assert.Equal([Sent, default, default], CodeRuns.Decode(CodeRuns.Encode([Sent]), 3));
}
