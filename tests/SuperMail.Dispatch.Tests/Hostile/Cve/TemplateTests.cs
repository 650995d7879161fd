using System.Text;
using SuperMail.Dispatch.Tests.Composing;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// Templates that read the environment (CVE-2025-49136) or run what they are given (CVE-2026-21483); content that
/// reads files or URLs (GHSA-p6gq-j5cr-w38f, CVE-2018-19296).
/// </summary>
public sealed class TemplateTests
{
    [Theory]
    [InlineData("{{env \"PATH\"}}")]
    [InlineData("{{env.PATH}}")]
    [InlineData("{{file:///etc/passwd}}")]
    [InlineData("{{https://evil.example/}}")]
    [InlineData("{{recipient.GetType}}")]
    [InlineData("{{Name.Length}}")]
    [InlineData("{{1+1}}")]
    public async Task A_tag_is_a_fields_name_and_nothing_that_is_run(string tag)
    {
        await using var attacked = new AttackedDispatcher();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => attacked.SendAsync(
            new TemplateContent { Subject = "S", Text = tag },
            new Recipient("bob@example.com") { Fields = new Dictionary<string, string?> { ["Name"] = "x" } }));
        Assert.StartsWith("Text, line 1, column 1: the tag", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${PATH} %PATH% $(id) `id` @Name #{1+1} <%= 1 %> {%x%} ((x)) @@Name")]
    [InlineData("file:///etc/passwd /etc/passwd C:\\boot.ini https://evil.example/x cid:x")]
    [InlineData("{{Name}} {{env.PATH}} [[x]]")]
    public async Task What_other_engines_would_run_or_fetch_goes_out_as_it_stands(string value)
    {
        await using var attacked = new AttackedDispatcher();
        var content = new TemplateContent { Subject = "S", Text = "{{V}}" };
        await attacked.SendAsync(content, new Recipient("bob@example.com") { Fields = new Dictionary<string, string?> { ["V"] = value } });
        var text = Encoding.UTF8.GetString(attacked.Relay.Messages.Single().Content.Span);
        Assert.Contains(value, text.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_HTML_is_not_fetched_and_stands_as_it_was()
    {
        await using var attacked = new AttackedDispatcher();
        var html = "<img src='file:///etc/passwd'><img src='/etc/hostname'><img src='https://evil.example/'>";
        await attacked.SendAsync(new TemplateContent { Subject = "S", Html = html }, new Recipient("bob@example.com"));
        var text = Encoding.UTF8.GetString(attacked.Relay.Messages.Single().Content.Span).Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        Assert.EndsWith(html + "\r\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script src='{{V}}'></script>", "script")]
    [InlineData("<iframe src=\"{{V}}\">", "iframe")]
    [InlineData("<object data='{{V}}'>", "object")]
    [InlineData("<embed src='https://x.example/{{V}}'>", "embed")]
    [InlineData("<link rel=stylesheet href='{{V}}'>", "link")]
    [InlineData("<base href='{{V}}'>", "base")]
    public void No_value_chooses_what_a_reader_runs_or_embeds(string html, string element) => Assert.Contains(
        $"the tag 'V' stands in the address of <{element}>",
        Composed.Refusal(new TemplateContent { Subject = "x", Html = html }),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("<img src=x on\u001berror='{{V}}'>")]
    [InlineData("<a on\u0085click='{{V}}'>")]
    public void A_refusal_that_quotes_the_template_is_one_line_of_text(string html) => Assert.DoesNotContain(
        Composed.Refusal(new TemplateContent { Subject = "x", Html = html }), char.IsControl);
}
