using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Composing;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Inputs;

/// <summary>What one recipient brings costs the others nothing, and each reason can be read.</summary>
public sealed class BadRecipientTests(PythonParser python) : IClassFixture<PythonParser>
{
    public static readonly TheoryData<string?, string> Addresses = new()
    {
        { null, "The address is missing." },
        { "", "The address is missing." },
        { "bob", "An address needs a local part, one '@' and a domain." },
        { "bob@", "An address needs a domain after its '@'." },
        { "bob@example..com", "A domain must not begin or end with a dot nor hold an empty label." },
        { "bob@example.com\r\nRCPT TO:<eve@evil.example>", "control characters or line breaks" },
        { new string('a', 320) + "@example.com", "at most 254 octets" },
        { new string('a', 65) + "@example.com", "at most 64 octets" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_bad_address_fails_its_recipient_with_the_rule_and_the_others_go(string? address, string rule)
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(Plain, new("ann@example.com"), new(address), new("cid@example.com"));
        Assert.Equal((2L, 1L), (report.Counts.Sent, report.Counts.Failed));
        Assert.Contains(rule, await attacked.FailureAsync(report, 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_part_beyond_ASCII_at_a_relay_without_SMTPUTF8_fails_alone_with_5_6_7()
    {
        await using var attacked = new AttackedDispatcher(relay: static options => options.SmtpUtf8 = false);
        var report = await attacked.SendAsync(Plain, new("jörg@example.com"), new("bob@bücher.example"));
        var status = await attacked.Dispatcher.GetRecipientAsync(report.Id, 0, TestContext.Current.CancellationToken);
        Assert.Equal((RecipientState.Failed, "5.6.7"), (status!.State, status.Failure!.EnhancedCode.ToString()));
        Assert.Contains("SMTPUTF8, and the relay does not offer it", status.Failure.Text, StringComparison.Ordinal);
        Assert.Equal("bob@xn--bcher-kva.example", attacked.Relay.Messages.Single().Recipients.Single());
    }

    [Fact]
    public async Task The_same_address_in_another_case_or_IDN_form_is_a_duplicate()
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(
            Plain, new("bob@bücher.example"), new("BOB@BÜCHER.example"), new("bob@xn--bcher-kva.example"), new("bob@XN--BCHER-KVA.EXAMPLE"), new("bob@other.example"));
        Assert.Equal((2L, 3L), (report.Counts.Sent, report.Counts.Duplicate));
        Assert.Equal(2, attacked.Relay.Messages.Count);
    }

    [Fact]
    public async Task A_value_that_is_null_fails_its_recipient_naming_the_tag()
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(
            Plain with { Text = "Dear {{Name}}" },
            new("ann@example.com") { Fields = new Dictionary<string, string?> { ["Name"] = "Ann" } },
            new("bob@example.com") { Fields = new Dictionary<string, string?> { ["Name"] = null } },
            new("cid@example.com"));
        Assert.Equal((1L, 2L), (report.Counts.Sent, report.Counts.Failed));
        Assert.Contains("Name", await attacked.FailureAsync(report, 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_megabyte_fits_into_a_text_and_fails_its_recipient_in_a_header()
    {
        await using var attacked = new AttackedDispatcher();
        var fields = new Dictionary<string, string?> { ["V"] = new string('x', 1 << 20) };
        Assert.Equal(1, (await attacked.SendAsync(Plain with { Text = "{{V}}" }, new Recipient("bob@example.com") { Fields = fields })).Counts.Sent);
        var report = await attacked.SendAsync(Plain with { Subject = "{{V}}" }, new Recipient("bob@example.com") { Fields = fields });
        Assert.Equal("Subject: a header takes at most 16000 characters.", await attacked.FailureAsync(report, 0));
        Composed.AssertWireForm(attacked.Relay.Messages.Single().Content.Span);
    }

    [Theory]
    [InlineData("two\r\nlines", "two\r\nlines")]
    [InlineData("nul\0", "nul\uFFFD")]
    [InlineData("lone [half] surrogate", "lone \uFFFD surrogate")]
    [InlineData("<b>&\"'</b>", "<b>&\"'</b>")]
    [InlineData("\u202Eright to left\u200F", "\u202Eright to left\u200F")]
    public async Task Any_other_value_is_encoded_by_its_place_and_never_breaks_the_message(string value, string shown)
    {
        value = value.Replace("[half]", "\ud800", StringComparison.Ordinal); // no attribute can hold one
        await using var attacked = new AttackedDispatcher();
        var content = new TemplateContent { Subject = "S", Text = "[{{V}}]", Html = "<p>{{V}}</p>" };
        await attacked.SendAsync(content, new Recipient("bob@example.com", value) { Fields = new Dictionary<string, string?> { ["V"] = value } });
        var bytes = attacked.Relay.Messages.Single().Content.ToArray();
        Composed.AssertWireForm(bytes);
        var leaves = python.Parse(bytes).Root.Leaves.ToArray();
        Assert.Equal($"[{shown}]", leaves[0].Text);
        Assert.Equal(shown, leaves[1].Markup!.Text);
    }

    [Fact]
    public async Task An_attachment_of_no_bytes_and_a_hostile_name_goes()
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(
            Plain with { Attachments = [Attachment.FromBytes("../../etc/\u202Efdp\r\nBcc: eve.exe", ReadOnlyMemory<byte>.Empty)] }, new Recipient("bob@example.com"));
        Assert.Equal(1, report.Counts.Sent);
        Assert.DoesNotContain("Bcc", HeaderNames(attacked.Relay.Messages.Single()));
        Assert.Equal(MailingState.Completed, report.State);
    }
}
