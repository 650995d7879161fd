using System.Text;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>Header injection: CVE-2024-6923, CVE-2026-0672, CVE-2012-0796, CVE-2026-32178; CR LF in names and boundaries.</summary>
public sealed class HeaderInjectionTests
{
    [Theory]
    [InlineData("x\r\nBcc: eve@evil.example")]
    [InlineData("x\nBcc: eve@evil.example")]
    [InlineData("x\rBcc: eve@evil.example")]
    [InlineData("x\r\r\nBcc: eve@evil.example")]
    [InlineData("x\r\n\r\n<script>body</script>")]
    [InlineData("x\u0085Bcc: eve@evil.example")]
    [InlineData("x\u2028Bcc: eve@evil.example")]
    [InlineData("x\v\fBcc: eve@evil.example")]
    [InlineData("x\0Bcc: eve@evil.example")]
    [InlineData("=?utf-8?Q?x=0D=0ABcc:_eve@evil.example?=")]
    [InlineData("\r\n\r\n")]
    public async Task A_value_adds_no_header_field_wherever_it_stands(string value)
    {
        await using var attacked = new AttackedDispatcher();
        var content = new TemplateContent
        {
            Subject = "S {{V}}",
            Text = "T",
            Headers = [new("X-Campaign", "{{V}}")],
            ListUnsubscribe = new ListUnsubscribe { Url = "https://example.org/u?t={{V}}", MailTo = "leave@example.org?subject={{V}}" },
        };

        await attacked.SendAsync(content, new Recipient("bob@example.com", value) { Fields = new Dictionary<string, string?> { ["V"] = value } });

        var message = attacked.Relay.Messages.Single();
        string[] expected =
        [
            "Date", "From", "Message-ID", "To", "Subject", "X-Campaign", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding",
        ];
        Assert.Equal(expected, HeaderNames(message));
        Assert.EndsWith("\r\n\r\nT\r\n", Encoding.UTF8.GetString(message.Content.Span), StringComparison.Ordinal);
        Assert.Equal(1, attacked.Relay.CountOf(SmtpVerb.Rcpt));
    }

    [Theory]
    [InlineData("X-A\r\nBcc", "v")]
    [InlineData("X-A: x\r\nBcc", "v")]
    [InlineData("X-A", "v\r\nBcc: eve@evil.example")]
    [InlineData("X-A", "{{V|\r\nBcc: eve}}")]
    [InlineData("Bcc", "eve@evil.example")]
    [InlineData("X-A\r\nBcc", "{{")]
    public async Task A_header_of_the_callers_own_with_more_in_it_is_refused_in_one_line(string name, string value)
    {
        await using var attacked = new AttackedDispatcher();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(
            () => attacked.SendAsync(Plain with { Headers = [new(name, value)] }, new Recipient("bob@example.com")));
        Assert.DoesNotContain(refused.Message, char.IsControl);
        Assert.Contains("eader", refused.Message, StringComparison.Ordinal);
        Assert.Empty(attacked.Relay.Connections);
    }

    [Theory]
    [InlineData("text/plain\r\nBcc: eve@evil.example")]
    [InlineData("text/plain; charset=\"x\r\nBcc: eve@evil.example\"")]
    [InlineData("multipart/mixed; boundary=x")]
    public async Task A_media_type_with_more_in_it_is_refused_in_one_line(string type)
    {
        await using var attacked = new AttackedDispatcher();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(
            () => attacked.SendAsync(Plain with { Attachments = [Attachment.FromBytes("f\r\ng", new byte[1], type)] }, new Recipient("bob@example.com")));
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public async Task A_boundary_that_a_value_foretells_ends_no_part()
    {
        await using var attacked = new AttackedDispatcher();
        var content = new TemplateContent { Subject = "S", Text = "{{V}}", Html = "<p>{{V}}</p>" };
        await attacked.SendAsync(content, new Recipient("bob@example.com") { Fields = new Dictionary<string, string?> { ["V"] = "x" } });
        var first = Encoding.UTF8.GetString(attacked.Relay.Messages[0].Content.Span);
        var boundary = first.Split("boundary=\"")[1].Split('"')[0];

        await attacked.SendAsync(content, new Recipient("bob@example.com")
        {
            Fields = new Dictionary<string, string?> { ["V"] = $"\r\n--{boundary}\r\nContent-Type: text/html\r\n\r\n<script>\r\n--{boundary}--\r\n" },
        });

        var second = Encoding.UTF8.GetString(attacked.Relay.Messages[1].Content.Span);
        var own = second.Split("boundary=\"")[1].Split('"')[0];
        Assert.Equal(3, second.Split("\r\n").Count(line => line.StartsWith($"--{own}", StringComparison.Ordinal)));
        Assert.Equal(0, second.Split("\r\n").Count(line => line.StartsWith($"--{boundary}", StringComparison.Ordinal) && boundary != own));
    }
}
