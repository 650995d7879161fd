using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Tests.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// Time that grows faster than the input: CVE-2025-14874, GHSA-9h6g-pr28-7cqp. No clock is read: what is quadratic
/// would look at 10^13 characters here and run into the end of anybody's patience.
/// </summary>
public sealed class AlgorithmicTests
{
    private const int Millions = 6_000_000;

    [Theory]
    [InlineData("(")]
    [InlineData("\"\\\"")]
    [InlineData("a@")]
    [InlineData("xn--")]
    [InlineData("=?")]
    [InlineData(".")]
    public void An_address_of_millions_of_characters_is_refused_by_its_length(string unit) =>
        Assert.False(EmailAddress.TryParse(Many(unit), out _, out _));

    [Theory]
    [InlineData("<script>", "</scripty ")]
    [InlineData("<script>", "</script")]
    [InlineData("<style>", "</stylex")]
    [InlineData("<!--", "- -")]
    [InlineData("<!--", "--x")]
    [InlineData("", "<")]
    [InlineData("", "<!---->")]
    [InlineData("<p ", "a ")]
    [InlineData("<p title='", "&")]
    public void A_template_of_false_ends_is_read_once(string head, string unit)
    {
        var scanner = new HtmlScanner();
        scanner.Read(head + Many(unit));
        scanner.ContextOfTag(out _);
    }

    [Theory]
    [InlineData("{{{{")]
    [InlineData("}}")]
    [InlineData("{ ")]
    public void A_template_of_openings_is_cut_once(string unit) =>
        Assert.False(TemplateText.Parse("Text", Many(unit), TagStyle.Braces).HasTags);

    [Theory]
    [InlineData("@")]
    [InlineData("\"@")]
    [InlineData("\\\"@")]
    [InlineData("\\\\")]
    [InlineData("%4")]
    [InlineData("%40")]
    [InlineData("a")]
    public void Masking_looks_at_each_character_a_few_times(string unit) =>
        Assert.NotNull(SuperMail.Dispatch.Telemetry.AddressMask.Mask(Many(unit) + "@example.org"));

    [Theory]
    [InlineData(" a")]
    [InlineData("  a")]
    [InlineData("a")]
    public void A_header_of_sixteen_thousand_characters_is_folded_once(string unit)
    {
        using var buffer = new MessageBuffer();
        HeaderField.WriteUnstructured("Subject", string.Concat(Enumerable.Repeat(unit, HeaderField.LongestText / unit.Length)), buffer);
        buffer.CloseOwn(mayNeedStuffing: false);
        Composed.AssertWireForm(Composed.Bytes(buffer));
    }

    [Fact]
    public void A_reply_of_millions_of_octets_is_refused_at_its_cap()
    {
        var parser = new ReplyParser();
        Assert.Throws<WireException>(() =>
        {
            ReadOnlySpan<byte> bytes = System.Text.Encoding.ASCII.GetBytes(Many("250-x\r\n"));
            parser.TryParse(ref bytes, keepText: true, out _);
        });
    }

    private static string Many(string unit) => string.Concat(Enumerable.Repeat(unit, Millions / unit.Length));
}
