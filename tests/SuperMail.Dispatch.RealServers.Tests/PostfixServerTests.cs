using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests;

public sealed class PostfixServerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Postfix_offers_what_the_engine_uses()
    {
        await using var server = await PostfixServer.StartAsync(cancellationToken: Token);
        using var dialogue = await PlainDialogue.ConnectAsync(server.Host, server.Port, Token);

        Assert.StartsWith("220 mail.private.test", await dialogue.SayAsync(null, Token), StringComparison.Ordinal);
        var features = await dialogue.SayAsync("EHLO client.test", Token);

        Assert.All(
            (string[])["PIPELINING", "CHUNKING", "STARTTLS", "SMTPUTF8", "8BITMIME", "SIZE", "DSN", "ENHANCEDSTATUSCODES"],
            feature => Assert.Contains(feature, features, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_sent_to_Postfix_over_TLS_is_read_back()
    {
        await using var server = await PostfixServer.StartAsync(cancellationToken: Token);
        using var dialogue = await PlainDialogue.ConnectAsync(server.Host, server.Port, Token);
        await dialogue.SayAsync(null, Token);
        await dialogue.SayAsync("EHLO client.test", Token);
        Assert.StartsWith("220", await dialogue.SayAsync("STARTTLS", Token), StringComparison.Ordinal);
        await dialogue.SecureAsync("localhost", server.AuthorityPath, Token);
        await dialogue.SayAsync("EHLO client.test", Token);

        Assert.StartsWith("250", await dialogue.SayAsync("MAIL FROM:<from@sender.test>", Token), StringComparison.Ordinal);
        Assert.StartsWith("250", await dialogue.SayAsync("RCPT TO:<anyone@private.test>", Token), StringComparison.Ordinal);
        Assert.StartsWith("354", await dialogue.SayAsync("DATA", Token), StringComparison.Ordinal);
        Assert.StartsWith("250", await dialogue.SayAsync("Subject: one\r\n\r\nfirst\r\n..second\r\n.", Token), StringComparison.Ordinal);

        var message = Assert.Single(await server.Mail.WaitForAsync(1, Token));
        Assert.Equal(("from@sender.test", "anyone@private.test", "one"), (message.EnvelopeFrom, message.Recipient, message.Field("Subject")));
        Assert.EndsWith("\n\nfirst\n.second\n", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postfix_refuses_recipients_and_content_on_demand_and_relays_nowhere()
    {
        await using var server = await PostfixServer.StartAsync(cancellationToken: Token);
        using var dialogue = await PlainDialogue.ConnectAsync(server.Host, server.Port, Token);
        await dialogue.SayAsync(null, Token);
        await dialogue.SayAsync("EHLO client.test", Token);
        await dialogue.SayAsync("MAIL FROM:<from@sender.test>", Token);

        Assert.StartsWith("550 5.1.1", await dialogue.SayAsync("RCPT TO:<bad-1@private.test>", Token), StringComparison.Ordinal);
        Assert.StartsWith("450 4.2.0", await dialogue.SayAsync("RCPT TO:<later-1@private.test>", Token), StringComparison.Ordinal);
        Assert.StartsWith("552 5.2.2", await dialogue.SayAsync("RCPT TO:<full-1@private.test>", Token), StringComparison.Ordinal);
        Assert.StartsWith("554 5.7.1", await dialogue.SayAsync("RCPT TO:<anyone@elsewhere.test>", Token), StringComparison.Ordinal);
        Assert.StartsWith("250", await dialogue.SayAsync("RCPT TO:<good@private.test>", Token), StringComparison.Ordinal);
        await dialogue.SayAsync("DATA", Token);
        Assert.StartsWith("550 5.7.1", await dialogue.SayAsync("Subject: refuse-this-content\r\n\r\ntext\r\n.", Token), StringComparison.Ordinal);
        Assert.Equal(0, server.Mail.Count);
    }

    [Fact]
    public async Task A_setting_of_Postfix_can_be_changed_for_a_test()
    {
        await using var server = await PostfixServer.StartAsync(
            new Dictionary<string, string> { ["smtpd_discard_ehlo_keywords"] = "chunking, pipelining" }, cancellationToken: Token);
        using var dialogue = await PlainDialogue.ConnectAsync(server.Host, server.Port, Token);
        await dialogue.SayAsync(null, Token);

        Assert.DoesNotContain("CHUNKING", await dialogue.SayAsync("EHLO client.test", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_run_beside_each_other_and_leave_nothing_behind()
    {
        var first = await PostfixServer.StartAsync(cancellationToken: Token);
        await using var second = await PostfixServer.StartAsync(cancellationToken: Token);
        Assert.NotEqual(first.Port, second.Port);

        await first.DisposeAsync();

        Assert.False(LoopbackPort.IsListening(first.Port));
        Assert.False(Directory.Exists(Path.GetDirectoryName(first.AuthorityPath)));
        Assert.True(LoopbackPort.IsListening(second.Port));
    }
}
