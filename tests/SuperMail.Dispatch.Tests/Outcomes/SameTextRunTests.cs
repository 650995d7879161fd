using SuperMail.Dispatch.Outcomes;
using Xunit;

namespace SuperMail.Dispatch.Tests.Outcomes;

public class SameTextRunTests
{
    private readonly SameTextRun _run = new();

    private static Verdict Later(string text, EnhancedStatusCode? code = null) => new()
    {
        Kind = VerdictKind.Retry, Phase = DeliveryPhase.Rcpt, ReplyCode = 450, EnhancedCode = code ?? new(4, 7, 1), Text = text,
    };

    private static EmailAddress User(int i) => EmailAddress.Parse($"user{i}@example.com");

    [Fact]
    public void Three_different_recipients_with_the_same_text_concern_the_relay()
    {
        Assert.False(_run.Refused(User(1), Later("<user1@example.com> too fast")));
        Assert.False(_run.Refused(User(2), Later("<user2@example.com> too fast")));
        Assert.True(_run.Refused(User(3), Later("<user3@example.com> too fast")));
    }

    [Fact]
    public void Greylisting_of_one_recipient_after_the_other_does_not()
    {
        Assert.False(_run.Refused(User(1), Later("greylisted 1")));
        Assert.False(_run.Refused(User(2), Later("greylisted 2")));
        Assert.False(_run.Refused(User(3), Later("greylisted 3")));
        Assert.False(_run.Refused(User(3), Later("greylisted 3")));
    }

    [Fact]
    public void Another_subject_or_an_acceptance_ends_the_run()
    {
        _run.Refused(User(1), Later("x"));
        _run.Refused(User(2), Later("x"));
        _run.Refused(User(4), Later("x", new(4, 2, 2)));
        Assert.False(_run.Refused(User(3), Later("x")));
        _run.Refused(User(5), Later("x"));
        _run.Accepted();
        Assert.False(_run.Refused(User(6), Later("x")));
    }
}
