using SuperMail.Dispatch.Outcomes;
using Xunit;

namespace SuperMail.Dispatch.Tests.Outcomes;

public class RefusalRunTests
{
    private readonly RefusalRun<int> _run = new();

    private static Verdict Refusal(string text, int code = 550, RelaySignal signal = RelaySignal.None) =>
        new() { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = code, Text = text, Signal = signal };

    [Fact]
    public void Ten_alike_make_a_run_with_addresses_masked()
    {
        for (var i = 0; i < 9; i++)
        {
            Assert.Null(_run.Refused(i, i, Refusal($"<user{i}@example.com> unknown")));
        }

        Assert.Equal(Enumerable.Range(0, 10), _run.Refused(9, 9, Refusal("<user9@example.com> unknown"))!);
    }

    [Fact]
    public void What_was_on_the_wire_when_the_run_completed_belongs_to_it()
    {
        for (var i = 0; i < 10; i++)
        {
            _run.Refused(i, i, Refusal("no"));
        }

        Assert.Empty(_run.Refused(10, 10, Refusal("no"))!);
        _run.Restart();
        Assert.Null(_run.Refused(11, 11, Refusal("no")));
    }

    [Theory]
    [InlineData("another text", 550)]
    [InlineData("no", 551)]
    public void Another_text_or_code_starts_anew(string text, int code)
    {
        for (var i = 0; i < 9; i++)
        {
            _run.Refused(i, i, Refusal("no"));
        }

        Assert.Null(_run.Refused(9, 9, Refusal(text, code)));
        Assert.Null(_run.Refused(10, 10, Refusal("no")));
    }

    [Fact]
    public void An_acceptance_in_between_ends_the_run()
    {
        for (var i = 0; i < 9; i++)
        {
            _run.Refused(i, i, Refusal("no"));
        }

        _run.Accepted();
        Assert.Null(_run.Refused(9, 9, Refusal("no")));
    }

    [Fact]
    public void The_same_recipient_again_does_not_count_as_another_one()
    {
        for (var i = 0; i < 30; i++)
        {
            Assert.Null(_run.Refused(1, i, Refusal("no"), _run.Restarts));
        }
    }

    [Theory]
    [InlineData(530, "must log in")]
    [InlineData(554, "Relay access denied")]
    [InlineData(550, "sender address rejected")]
    [InlineData(552, "over quota")]
    public void Three_are_enough_where_the_text_tells(int code, string text)
    {
        Assert.Null(_run.Refused(0, 0, Refusal(text, code)));
        Assert.Null(_run.Refused(1, 1, Refusal(text, code)));
        Assert.NotNull(_run.Refused(2, 2, Refusal(text, code)));
    }

    [Fact]
    public void A_sender_refused_three_times_for_the_only_recipient_is_a_run_too()
    {
        var refusal = Refusal("not today", signal: RelaySignal.SenderRefused);
        Assert.Null(_run.Refused(0, 0, refusal));
        Assert.Null(_run.Refused(0, 1, refusal, _run.Restarts));
        Assert.NotNull(_run.Refused(0, 2, refusal, _run.Restarts));
    }
}
