using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests;

public sealed class SmtpSinkTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sink_counts_what_the_source_sends()
    {
        await using var sink = await SmtpSink.StartAsync(cancellationToken: Token);

        await SmtpSource.RunAsync(sink.Host, sink.Port, messages: 50, sessions: 5, cancellationToken: Token);

        Assert.Equal(50, (await sink.WaitForMessagesAsync(50, Token)).Messages);
    }

    [Fact]
    public async Task The_sink_keeps_messages_with_their_envelope()
    {
        await using var sink = await SmtpSink.StartAsync(keepMessages: true, cancellationToken: Token);

        await SmtpSource.RunAsync(sink.Host, sink.Port, messages: 3, cancellationToken: Token);
        await sink.WaitForMessagesAsync(3, Token);

        var messages = sink.ReadMessages();
        Assert.Equal(3, messages.Count);
        Assert.All(messages, message => Assert.Contains("X-Rcpt-Args: <target@private.test>", message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sink_refuses_and_hangs_up_on_demand()
    {
        await using var refusing = await SmtpSink.StartAsync(options: ["-f", "RCPT"], cancellationToken: Token);
        using var refused = await PlainDialogue.ConnectAsync(refusing.Host, refusing.Port, Token);
        await refused.SayAsync(null, Token);
        await refused.SayAsync("EHLO client.test", Token);
        await refused.SayAsync("MAIL FROM:<a@private.test>", Token);
        Assert.StartsWith("5", await refused.SayAsync("RCPT TO:<b@private.test>", Token), StringComparison.Ordinal);

        await using var hanging = await SmtpSink.StartAsync(options: ["-q", "MAIL"], cancellationToken: Token);
        using var hungUp = await PlainDialogue.ConnectAsync(hanging.Host, hanging.Port, Token);
        await hungUp.SayAsync(null, Token);
        await hungUp.SayAsync("EHLO client.test", Token);
        Assert.Equal("", await hungUp.SayAsync("MAIL FROM:<a@private.test>", Token));
    }
}
