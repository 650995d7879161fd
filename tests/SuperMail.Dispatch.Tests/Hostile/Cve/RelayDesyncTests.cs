using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// Endless replies (capped in no peer) and replies that shift (aiosmtplib 5.1.2, Postfix's guard on QUIT behind the
/// dot). The engine's own tests stand in SmtpLossTests and SmtpTimeoutTests.
/// </summary>
public sealed class RelayDesyncTests
{
    private static readonly string s_endlessLine = "250 " + new string('x', 5000) + "\r\n";
    private static readonly string s_endlessReply = string.Concat(Enumerable.Repeat("250-x\r\n", 200));

    public static readonly TheoryData<SmtpVerb, bool> EndlessReplies = new MatrixTheoryData<SmtpVerb, bool>(
        [SmtpVerb.Connect, SmtpVerb.Ehlo, SmtpVerb.Mail, SmtpVerb.Rcpt, SmtpVerb.EndOfData], [true, false]);

    [Theory]
    [MemberData(nameof(EndlessReplies))]
    public async Task An_endless_reply_ends_its_connection_and_the_mailing_goes_on_with_another(SmtpVerb verb, bool isOneLine)
    {
        await using var attacked = new AttackedDispatcher(settings: static s => s.Email.Retry.MaxAttempts = 3);
        attacked.Relay.On(verb, SmtpAction.Raw(isOneLine ? s_endlessLine : s_endlessReply), times: 1);

        var report = await attacked.SendAsync(Plain, new("a@example.com"), new("b@example.com"));

        Assert.Equal(2, report.Counts.Sent + report.Counts.InDoubt);
        Assert.Equal(verb == SmtpVerb.EndOfData ? 1 : 0, report.Counts.InDoubt);
        Assert.Equal(2, attacked.Relay.TotalConnections);
    }

    [Fact]
    public async Task A_reply_too_many_is_never_taken_for_the_next_messages_own()
    {
        await using var attacked = new AttackedDispatcher();
        attacked.Relay.On(SmtpVerb.Rcpt, SmtpAction.Raw("250 2.1.5 ok\r\n250 2.0.0 queued\r\n"), times: 1);
        attacked.Relay.On(SmtpVerb.EndOfData, "554 5.6.0 not this", when: static c => c.Recipients[0].StartsWith('c'));

        var report = await attacked.SendAsync(Plain, new("a@example.com"), new("b@example.com"), new("c@example.com"), new("d@example.com"));

        // Who was refused is never called sent, whatever the replies before said.
        var refused = await attacked.Dispatcher.GetRecipientAsync(report.Id, 2, TestContext.Current.CancellationToken);
        Assert.NotEqual(RecipientState.Sent, refused!.State);
        Assert.True(attacked.Relay.TotalConnections > 1);
        Assert.All(attacked.Relay.Connections, static c => Assert.True(c.MessagesAccepted <= 3));
    }
}
