using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class EnvelopeSenderTests
{
    [Theory]
    [InlineData(null, "news@example.com")]
    [InlineData("", null)]
    [InlineData("<>", null)]
    [InlineData("bounce@Example.net", "bounce@example.net")]
    [InlineData("b+{{T}}@example.net", "b+t1@example.net")]
    [InlineData("{{T}}.{{T}}@bücher.example", "t1.t1@xn--bcher-kva.example")]
    public void Bounces_return_to_From_to_nobody_to_an_address_or_to_one_made_of_values(string? envelopeFrom, string? expected)
    {
        Assert.True(TryMake(envelopeFrom, "t1", out var from, out var error));
        Assert.Null(error);
        Assert.Equal(expected, from?.ToString());
    }

    [Theory]
    [InlineData("a b"), InlineData("a@evil.example"), InlineData("a@evil.example,b"), InlineData("a\r\nRCPT TO:<x>"), InlineData("\""), InlineData("a..b"), InlineData(">"), InlineData("a> SIZE=1")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Values_that_make_no_local_part_fail_their_recipient_and_are_not_repeated(string value)
    {
        Assert.False(TryMake("b+{{T}}@example.net", value, out var from, out var error));
        Assert.Null(from);
        Assert.StartsWith("EnvelopeFrom: with this recipient's values: ", error);
        Assert.DoesNotContain("evil", error);
    }

    [Fact]
    public void A_megabyte_fails_its_recipient() => Assert.False(TryMake("b+{{T}}@example.net", new string('x', 1 << 20), out _, out _));

    [Theory]
    [InlineData("nobody", "EnvelopeFrom: An address needs")]
    [InlineData("Bob <bob@example.net>", "EnvelopeFrom: The address holds a character")]
    [InlineData("b@{{T}}", "EnvelopeFrom, line 1, column 3: tags may stand in the local part only")]
    [InlineData("b@{{T}}.example.net", "EnvelopeFrom, line 1, column 8: tags may stand in the local part only")]
    [InlineData("{{T}}@-x.example", "EnvelopeFrom, line 1, column 6: tags may stand in the local part only")]
    [InlineData("a b{{T}}@example.net", "EnvelopeFrom, line 1, column 9: tags may stand in the local part only")]
    [InlineData("a@b{{T}}@example.net", "EnvelopeFrom, line 1, column 9: tags may stand in the local part only")]
    [InlineData("{{T", "EnvelopeFrom, line 1, column 1: the tag is not closed")]
    public void What_no_values_could_mend_is_refused(string envelopeFrom, string rule) => Assert.StartsWith(rule, Composed.Refusal(() =>
        MessageComposer.Create(Composed.Definition(EmailContent.RawPerRecipient, envelopeFrom: envelopeFrom))));

    private static bool TryMake(string? envelopeFrom, string value, out EmailAddress? from, out string? error)
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "x", Text = "y" }, envelopeFrom: envelopeFrom);
        var input = Composed.Input(definition, new Dictionary<string, string?> { ["T"] = value });
        return MessageComposer.Create(definition).TryMakeEnvelopeFrom(input, out from, out error);
    }
}
