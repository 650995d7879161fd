using SuperMail.Dispatch.Settings;
using Xunit;

namespace SuperMail.Dispatch.Tests.Settings;

public sealed class MailboxRulesTests
{
    [Fact]
    public void The_default_From_must_be_registered_and_the_error_names_who_is() =>
        Assert.Equal(
            "Mailing:Email:DefaultFromAddress = 'boss@example.org': must be the address or an alias of a registered mailbox "
            + "(Mailing:Email:Mailboxes); registered: info@example.org, news@example.org.",
            Fault(email => email.DefaultFromAddress = "boss@example.org"));

    [Fact]
    public void Without_a_mailbox_the_default_From_cannot_be_registered() =>
        Assert.EndsWith("registered: none.", Fault(email => email.Mailboxes = []), StringComparison.Ordinal);

    [Fact]
    public void An_address_is_registered_once_over_all_mailboxes_and_aliases() =>
        Assert.Equal(
            "Mailing:Email:Mailboxes:1:Aliases:0 = 'NEWS@Example.org': must be unique; it stands at Mailing:Email:Mailboxes:0:Aliases:0 already.",
            Fault(email => email.Mailboxes.Add(new MailboxSettings { Address = "shop@example.org", Aliases = ["NEWS@Example.org"] })));

    [Fact]
    public void Every_mailbox_and_alias_is_of_an_approved_domain() =>
        Assert.Equal(
            "Mailing:Email:Mailboxes:0:Aliases:1 = 'news@other.example': must be of a domain in Mailing:Email:ApprovedSendingDomains: example.org.",
            Fault(email =>
            {
                email.ApprovedSendingDomains = ["Example.org"];
                email.Mailboxes[0].Aliases.Add("news@other.example");
            }));

    [Theory]
    [InlineData("a@example.org")]
    [InlineData("")]
    public void An_approved_domain_is_a_domain(string domain) =>
        Assert.StartsWith("Mailing:Email:ApprovedSendingDomains:0 = ", Fault(email => email.ApprovedSendingDomains = [domain]), StringComparison.Ordinal);

    [Fact]
    public void The_check_needs_its_recipient() =>
        Assert.Equal(
            "Mailing:Email:CheckSmtpRecipient = (not set): is required because Mailing:Email:CheckSmtpConnection = True.",
            Fault(email => email.CheckSmtpConnection = true));

    [Fact]
    public void Every_address_must_parse()
    {
        var faults = Faults(email =>
        {
            email.DefaultFromAddress = "nobody";
            email.ReplyTo = "answers";
            email.CheckSmtpRecipient = "postmaster";
            email.Mailboxes = [new MailboxSettings { Address = "info", Aliases = ["news"], ReplyTo = "service" }, new MailboxSettings()];
        });

        Assert.Equal(
        [
            "Mailing:Email:Mailboxes:0:Address = 'info'",
            "Mailing:Email:Mailboxes:0:Aliases:0 = 'news'",
            "Mailing:Email:Mailboxes:0:ReplyTo = 'service'",
            "Mailing:Email:Mailboxes:1:Address = (not set)",
            "Mailing:Email:DefaultFromAddress = 'nobody'",
            "Mailing:Email:ReplyTo = 'answers'",
            "Mailing:Email:CheckSmtpRecipient = 'postmaster'",
        ], faults.Select(fault => fault[..fault.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public void A_display_name_holds_no_line_break() =>
        Assert.StartsWith(@"Mailing:Email:Mailboxes:0:DisplayName = 'A\u000D\u000ABcc: x': ", Fault(email => email.Mailboxes[0].DisplayName = "A\r\nBcc: x"), StringComparison.Ordinal);

    [Theory]
    [InlineData("bounce@example.org", true)]
    [InlineData("bounce-{{Id}}@example.org", true)]
    [InlineData("bounce-[[customer.id|0]]@example.org", true)]
    [InlineData("{{ReturnPath}}", true)]
    [InlineData("bounce-{{Id@example.org", false)]
    [InlineData("bounce", false)]
    [InlineData("bounce-{{Id}}", false)]
    public void The_envelope_From_is_one_address_with_or_without_tags(string envelopeFrom, bool allowed) =>
        Assert.Equal(allowed, Faults(email => email.EnvelopeFrom = envelopeFrom).Count == 0);

    private static IReadOnlyList<string> Faults(Action<EmailSettings> change) =>
        MailingSettingsValidator.Validate(ValidSettings.Create(change), new SettingsScope());

    private static string Fault(Action<EmailSettings> change) => Assert.Single(Faults(change));
}
