using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class TemplateTests
{
    [Fact]
    public void Fields_are_collected_once_in_order_whatever_their_letter_case()
    {
        var content = new TemplateContent
        {
            Subject = "{{First}} {{ last }}",
            Text = "{{FIRST}} {{Code|none}} {{recipient.address}} {{Recipient.Name|you}}",
            Html = "<p>{{City}}</p>",
            Headers = [new("X-A", "{{Header}}")],
            ListUnsubscribe = new ListUnsubscribe { Url = "https://e.example/{{Token}}", MailTo = "u-{{Mail}}@e.example" },
        };
        Assert.Equal(["First", "last", "Code", "City", "Header", "Token", "Mail", "Bounce"], TemplateFields.Collect(content, "b-{{Bounce}}@e.example", null));
    }

    [Fact]
    public void Raw_content_uses_the_fields_of_its_envelope_sender() =>
        Assert.Equal(["Bounce"], TemplateFields.Collect(EmailContent.RawPerRecipient, "b-{{Bounce}}@e.example", null));

    [Theory]
    [InlineData("Subject", "Subject, line 1, column 3: the tag 'Naam' is unknown and has no fallback. Known: Name;")]
    [InlineData("Text", "Text, line 2, column 3: the tag 'Naam' is unknown")]
    [InlineData("Html", "Html, line 3, column 1: the tag 'Naam' is unknown")]
    [InlineData("Header", "header 'X-Y', line 1, column 1: the tag 'Naam' is unknown")]
    [InlineData("List", "List-Unsubscribe, line 1, column 19: the tag 'Naam' is unknown")]
    [InlineData("Envelope", "EnvelopeFrom, line 1, column 3: the tag 'Naam' is unknown")]
    public void An_unknown_tag_without_fallback_is_refused_naming_tag_part_and_position(string part, string message)
    {
        var content = new TemplateContent
        {
            Subject = part == "Subject" ? "a {{Naam}}" : "{{Name}}",
            Text = part == "Text" ? "{{Name}}\r\nb {{Naam}}" : "{{Naam|ok}}",
            Html = part == "Html" ? "\n\r{{Naam}}" : null,
            Headers = part == "Header" ? [new("X-Y", "{{Naam}}")] : [],
            ListUnsubscribe = part == "List" ? new ListUnsubscribe { Url = "https://e.example/{{Naam}}" } : null,
        };
        Assert.StartsWith(message, Composed.Refusal(() =>
            TemplateFields.Collect(content, part == "Envelope" ? "b-{{Naam}}@e.example" : null, ["name"])), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("a {{Name", "line 1, column 3: the tag is not closed with '}}'")]
    [InlineData("a\n {{Name}", "line 2, column 2: the tag is not closed")]
    [InlineData("{{}}", "line 1, column 1: the tag names no field")]
    [InlineData("{{ |x}}", "line 1, column 1: the tag names no field")]
    [InlineData("{{{Name}}}", "line 1, column 1: the tag's field name holds")]
    [InlineData("{{Name {{Code}}", "line 1, column 1: the tag's field name holds")]
    [InlineData("{{Na\nme}}", "line 1, column 1: the tag's field name holds")]
    public void An_unclosed_empty_or_broken_tag_is_refused_with_its_position(string text, string message) =>
        Assert.StartsWith("Text, " + message, Composed.Refusal(() =>
            TemplateFields.Collect(new TemplateContent { Subject = "x", Text = text }, null, null)));

    [Fact]
    public void A_tag_that_the_definition_does_not_know_is_refused_when_compiled_too()
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "x", Text = "{{Name}}" }) with { FieldNames = [] };
        Assert.Contains("'Name' is unknown", Composed.Refusal(() => MessageComposer.Create(definition)));
    }

    [Theory]
    [InlineData("{{Name|friend}}", null, "friend")]
    [InlineData("{{Name|friend}}", "", "friend")]
    [InlineData("{{Name|}}", null, "")]
    [InlineData("{{Name|a|b}}", null, "a|b")]
    [InlineData("{{Name|friend}}", "Bob", "Bob")]
    [InlineData("{{name}}", "Bob", "Bob")]
    [InlineData("{{{{Name}}", "Bob", "{{Name}}")]
    [InlineData("{{{{{{Name}}}}", "Bob", "{{Bob}}")]
    [InlineData("{Name}", "Bob", "{Name}")]
    [InlineData("{{Name}}", "{{Code}}", "{{Code}}")]
    public void A_tag_says_its_value_else_its_fallback_and_values_are_not_read_as_templates(string subject, string? value, string said) =>
        Assert.Contains($"\r\nSubject: {said}|\r\n", Composed.Message(
            new TemplateContent { Subject = subject + "|", Text = "x" }, ("Name", value)).Replace("Subject: |", "Subject: |"));

    [Theory]
    [InlineData("Hi [[customer.firstname]]", "Hi Bob")]
    [InlineData("Hi [[customer.lastname|x]]", "Hi x")]
    [InlineData("[[[[customer.firstname]]", "[[customer.firstname]]")]
    [InlineData("{{customer.firstname}}", "{{customer.firstname}}")]
    public void The_CRMs_spelling_of_tags_can_be_chosen(string subject, string said) =>
        Assert.Contains($"\r\nSubject: {said}\r\n", Composed.Message(
            new TemplateContent { Subject = subject, Text = "x", TagStyle = TagStyle.Brackets }, ("customer.firstname", "Bob")));

    [Fact]
    public void The_recipients_own_address_and_name_are_always_known()
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "{{recipient.name}} {{RECIPIENT.ADDRESS}}", Text = "x" });
        using var buffer = new MessageBuffer();
        Assert.Null(MessageComposer.Create(definition).Compose(Composed.Input(definition, name: "Bob"), buffer));
        Assert.Contains("Subject: Bob bob@example.org\r\n", System.Text.Encoding.UTF8.GetString(Composed.Bytes(buffer)));
    }

    [Fact]
    public void A_recipient_without_a_value_fails_alone_with_the_reason() =>
        Assert.Equal(
            "Text: the recipient has no value for 'Name', and its tag has no fallback.",
            Composed.Error(new TemplateContent { Subject = "x", Text = "{{Name}}" }));

    [Fact]
    public void Templates_of_a_hundred_thousand_openings_are_read_in_linear_time()
    {
        var content = new TemplateContent { Subject = "x", Text = string.Concat(Enumerable.Repeat("{{{{", 100_000)) + "{{" };
        Assert.Contains("not closed", Composed.Refusal(() => TemplateFields.Collect(content, null, null)));
    }
}
