using SuperMail.Dispatch.Outcomes;
using Xunit;

namespace SuperMail.Dispatch.Tests.Outcomes;

public class RefusalRunTests
{
    private readonly RefusalRun<int> _run = new();

    private static Verdict Refusal(string text, int code = 550, RelaySignal signal = RelaySignal.None) =>
        new() { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = code, Text = text, Signal = signal };

    private IReadOnlyList<int>? Refuse(int recipient, Verdict verdict, int? since = null) =>
        _run.Refused(recipient, recipient, verdict, since ?? _run.Restarts);

    [Fact]
    public void What_was_made_before_a_pause_counts_neither_as_refused_nor_towards_a_run()
    {
        var before = _run.Restarts;
        _run.Restart(); // between the look at the message and the look at the run
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(Refuse(i, Refusal("no"), before)!);
        }

        Assert.Null(Refuse(20, Refusal("no")));
    }

    [Fact]
    public void Ten_alike_make_a_run_with_addresses_masked()
    {
        for (var i = 0; i < 9; i++)
        {
            Assert.Null(Refuse(i, Refusal($"<user{i}@example.com> unknown")));
        }

        Assert.Equal(Enumerable.Range(0, 10), Refuse(9, Refusal("<user9@example.com> unknown"))!);
    }

    [Fact]
    public void What_was_on_the_wire_when_the_run_completed_belongs_to_it()
    {
        for (var i = 0; i < 10; i++)
        {
            Refuse(i, Refusal("no"));
        }

        Assert.Empty(Refuse(10, Refusal("no"))!);
        _run.Restart();
        Assert.Null(Refuse(11, Refusal("no")));
    }

    [Theory]
    [InlineData("another text", 550)]
    [InlineData("no", 551)]
    public void Another_text_or_code_starts_anew(string text, int code)
    {
        for (var i = 0; i < 9; i++)
        {
            Refuse(i, Refusal("no"));
        }

        Assert.Null(Refuse(9, Refusal(text, code)));
        Assert.Null(Refuse(10, Refusal("no")));
    }

    [Fact]
    public void An_acceptance_in_between_ends_the_run()
    {
        for (var i = 0; i < 9; i++)
        {
            Refuse(i, Refusal("no"));
        }

        _run.Accepted();
        Assert.Null(Refuse(9, Refusal("no")));
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
        Assert.Null(Refuse(0, Refusal(text, code)));
        Assert.Null(Refuse(1, Refusal(text, code)));
        Assert.NotNull(Refuse(2, Refusal(text, code)));
    }

    [Fact]
    public void A_sender_refused_three_times_for_the_only_recipient_is_a_run_too()
    {
        var refusal = Refusal("not today", signal: RelaySignal.SenderRefused);
        Assert.Null(Refuse(0, refusal));
        Assert.Null(_run.Refused(0, 1, refusal, _run.Restarts));
        Assert.NotNull(_run.Refused(0, 2, refusal, _run.Restarts));
    }
}
