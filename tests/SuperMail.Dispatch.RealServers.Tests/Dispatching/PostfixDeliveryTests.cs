using SuperMail.Dispatch.RealServers.Tests.Servers;
using SuperMail.Dispatch.Tests.Composing;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

public sealed class PostfixDeliveryTests(SharedPostfix postfix, PythonParser python) : IClassFixture<SharedPostfix>, IClassFixture<PythonParser>
{
    private const int Total = 300;

    private static readonly TemplateContent Letter = new()
    {
        Subject = "{{Name}}, your news",
        Text = "Dear {{Name}},\n\n.a line that begins with a dot\nYour shop is in {{City|your town}}.\n",
        Html = """<p>Dear {{Name}},</p><p>Your shop is in <a href="https://shop.test/{{City|all}}">{{City|your town}}</a>.</p>""",
    };

    [Theory]
    [InlineData("bdat-on-", SmtpPipelining.Standard, true)]
    [InlineData("data-on-", SmtpPipelining.Standard, false)]
    [InlineData("bdat-off-", SmtpPipelining.Off, true)]
    [InlineData("data-off-", SmtpPipelining.Off, false)]
    public async Task A_personalised_mailing_is_delivered_over_TLS_to_each_once(string prefix, SmtpPipelining pipelining, bool chunking)
    {
        var server = await postfix.GetAsync();
        var mark = await server.Log.MarkAsync(Token);
        MailingReport report;
        RecipientStatus[] account;
        await using (var sending = To(server, s => (s.Email.Pipelining, s.Email.UseChunking) = (pipelining, chunking)))
        {
            report = await sending.Dispatcher.SendAsync(new EmailMailing("News", Letter, Readers(prefix)), cancellationToken: Token);
            account = await sending.AccountAsync(report);
        }

        Assert.Equal((MailingState.Completed, (long)Total), (report.State, report.Counts.Sent));
        var served = await server.Log.SinceAsync(mark, Token);
        Assert.Equal(
            (Total / 20, Total / 20, Total, Total),
            (served.Count, served.Accepted("starttls"), served.Accepted("rcpt"), served.Accepted(chunking ? "bdat" : "data")));

        var delivered = await server.Mail.WaitForAsync(Total, prefix, Token);
        Assert.Equal(Enumerable.Range(0, Total).Select(i => Address(prefix, i)).Order(), delivered.Select(m => m.Recipient).Order());
        Assert.Equal(account.Where(r => r.State is RecipientState.Sent).Select(r => Address(prefix, (int)r.Key.Ordinal)).Order(), delivered.Select(m => m.Recipient).Order());
        Assert.Equal(Total, delivered.Select(m => m.Field("Message-ID")).Distinct().Count());
        Assert.All(delivered, m => Assert.Equal(From, m.EnvelopeFrom));
        foreach (var i in (int[])[0, 1, 20, 157, Total - 1])
        {
            Verify(delivered.Single(m => m.Recipient == Address(prefix, i)), i);
        }
    }

    [Fact]
    public async Task The_documented_shares_hold_at_a_real_server()
    {
        var server = await postfix.GetAsync();
        var mark = await server.Log.MarkAsync(Token);
        await using (var sending = To(server, s => (s.Email.MaxEmailsPerConnection, s.Email.SmtpThreads) = (7, 3)))
        {
            var id = await sending.Dispatcher.EnqueueAsync(new EmailMailing("Shares", Hello, People(50, "share-")), Token);
            Assert.Equal(50, (await sending.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
        }

        var served = await server.Log.SinceAsync(mark, Token);
        Assert.All(served.PerConnection("mail"), mails => Assert.InRange(mails, 1, 3)); // 7 / 3: shares of 3, 2 and 2
        Assert.InRange(served.Count, 50 / 3, 50 / 2);
    }

    private static string Address(string prefix, int i) => $"{prefix}{i}@{PostfixServer.Domain}";

    private static IEnumerable<Recipient> Readers(string prefix) => Enumerable.Range(0, Total).Select(i =>
        new Recipient(Address(prefix, i), $"Zoë {i}")
        {
            Fields = new Dictionary<string, string?> { ["Name"] = Name(i), ["City"] = City(i) },
        });

    private static string Name(int i) => $"Zoë <{i}> & Łukasz";

    private static string? City(int i) => i % 2 == 0 ? $"Kraków {i}" : null;

    private void Verify(DeliveredMessage message, int i)
    {
        var parsed = python.Parse(message.Bytes);
        Assert.Empty(parsed.Defects);
        Assert.Equal($"{Name(i)}, your news", parsed.Header("Subject"));
        Assert.Equal($"Zoë {i}", parsed.To[0][0]);
        Assert.Equal("multipart/alternative(text/plain, text/html)", parsed.Root.ToString());
        var city = City(i) ?? "your town";
        Assert.Equal(
            $"Dear {Name(i)},\n\n.a line that begins with a dot\nYour shop is in {city}.",
            parsed.Root.Parts[0].Text.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal($"Dear {Name(i)},Your shop is in {city}.", parsed.Root.Parts[1].Markup!.Text.Trim());
    }
}
