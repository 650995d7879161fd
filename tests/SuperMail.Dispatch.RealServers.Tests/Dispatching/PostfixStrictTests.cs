using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

/// <summary>Postfix as it is set since SMTP smuggling: bare line feeds and early commands end the connection.</summary>
public sealed class PostfixStrictTests
{
    private static readonly Dictionary<string, string> Strict = new()
    {
        ["smtpd_forbid_bare_newline"] = "reject",
        ["smtpd_forbid_bare_newline_exclusions"] = "",
        ["smtpd_forbid_unauth_pipelining"] = "yes",
        ["strict_rfc821_envelopes"] = "yes",
        ["strict_smtputf8"] = "yes",
        ["smtpd_helo_required"] = "yes",
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hostile_line_ends_pass_the_strictest_Postfix(bool chunking)
    {
        string[] endings = ["\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\r\n.\r\r\n", "\r\n.\r\n", "\r", "\n"];
        await using var server = await PostfixServer.StartAsync(Strict, cancellationToken: Token);
        await using var sending = To(server, s => s.Email.UseChunking = chunking);
        var content = new TemplateContent { Subject = "{{Name}}", Text = "before{{V}}after", Html = "<p>{{V}}</p>" };
        var people = endings.Select((ending, i) => new Recipient($"strict-{i}@{PostfixServer.Domain}")
        {
            Fields = new Dictionary<string, string?> { ["Name"] = $"S{ending}x", ["V"] = $"{ending}MAIL FROM:<eve@evil.test>{ending}" },
        }).Append(new Recipient($"strict-jörg@{PostfixServer.Domain}") { Fields = new Dictionary<string, string?> { ["Name"] = "J", ["V"] = "ö" } });

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Strict", content, people), cancellationToken: Token);

        Assert.Equal(endings.Length + 1, report.Counts.Sent);
        Assert.Equal(endings.Length + 1, (await server.Mail.WaitForAsync(endings.Length + 1, "strict-", Token)).Count);
        Assert.DoesNotContain(await server.Mail.WaitForAsync(endings.Length + 1, Token), static m => m.EnvelopeFrom.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task This_Postfix_does_refuse_a_bare_line_feed()
    {
        await using var server = await PostfixServer.StartAsync(Strict, cancellationToken: Token);
        using var dialogue = await PlainDialogue.ConnectAsync(server.Host, server.Port, Token);
        await dialogue.SayAsync(null, Token);
        await dialogue.SayAsync("EHLO client.test", Token);
        await dialogue.SayAsync("MAIL FROM:<from@sender.test>", Token);
        await dialogue.SayAsync("RCPT TO:<anyone@private.test>", Token);
        await dialogue.SayAsync("DATA", Token);
        Assert.StartsWith("550 5.5.2", await dialogue.SayAsync("Subject: one\r\n\r\nbare\nfeed\r\n.", Token), StringComparison.Ordinal);
    }
}
