using SuperMail.Dispatch.Tests.Settings;
using Xunit;

namespace SuperMail.Dispatch.Tests.Mailings;

public sealed class SenderRuleTests
{
    private static readonly EmailContent Content = EmailContent.Raw(new byte[] { 1 });

    private readonly EmailSettings _email = ValidSettings.Create(email =>
    {
        email.ReplyTo = "answers@example.org";
        email.Mailboxes.Add(new MailboxSettings { Address = "shop@example.org", DisplayName = "Shop", ReplyTo = "service@example.org" });
    }).Email;

    [Fact]
    public void The_mailing_s_own_From_wins_over_its_mailbox_and_the_default()
    {
        var sender = Resolve(new("m", Content, Nobody()) { From = "shop@example.org", Mailbox = "info@example.org" });

        Assert.Equal(("shop@example.org", "Shop", "service@example.org"), (sender.From.ToString(), sender.DisplayName, sender.ReplyTo!.ToString()));
    }

    [Fact]
    public void The_mailing_s_mailbox_wins_over_the_default() =>
        Assert.Equal("shop@example.org", Resolve(new("m", Content, Nobody()) { Mailbox = "shop@example.org" }).From.ToString());

    [Fact]
    public void The_default_From_is_taken_last_with_the_name_of_the_mailbox_that_owns_it()
    {
        var sender = Resolve(new("m", Content, Nobody()));

        Assert.Equal(("news@example.org", "Example", "answers@example.org"), (sender.From.ToString(), sender.DisplayName, sender.ReplyTo!.ToString()));
    }

    [Fact]
    public void What_the_mailing_says_itself_wins()
    {
        _email.EnvelopeFrom = "bounce@example.org";
        var sender = Resolve(new("m", Content, Nobody())
        {
            Mailbox = "shop@example.org", FromName = "Sale", ReplyTo = "sale@example.org", EnvelopeFrom = "bounce-{{Id}}@example.org",
        });

        Assert.Equal(("Sale", "sale@example.org", "bounce-{{Id}}@example.org"), (sender.DisplayName, sender.ReplyTo!.ToString(), sender.EnvelopeFrom));
        Assert.Equal("bounce@example.org", Resolve(new("m", Content, Nobody())).EnvelopeFrom);
    }

    [Fact]
    public void An_unregistered_From_is_refused_and_the_error_names_the_registered_ones() =>
        Assert.Equal(
            "From = 'boss@example.org': must be the address or an alias of a registered mailbox (Tenants:Blue:Email:Mailboxes); "
            + "registered: info@example.org, news@example.org, shop@example.org.",
            Assert.Throws<MailingRefusedException>(() => SenderRule.Resolve(
                new("m", Content, Nobody()) { From = "boss@example.org" }, _email, "Tenants:Blue")).Message);

    [Theory]
    [InlineData("unknown@example.org")]
    [InlineData("news@example.org")]
    public void A_mailbox_is_named_by_its_address_not_by_an_alias(string mailbox) =>
        Assert.StartsWith($"Mailbox = '{mailbox}': must be the address of a registered mailbox", Refusal(new("m", Content, Nobody()) { Mailbox = mailbox }), StringComparison.Ordinal);

    [Fact]
    public void A_malformed_address_is_refused_without_being_repeated()
    {
        foreach (var mailing in new EmailMailing[]
        {
            new("m", Content, Nobody()) { From = "canary" },
            new("m", Content, Nobody()) { Mailbox = "canary" },
            new("m", Content, Nobody()) { ReplyTo = "canary" },
        })
        {
            var refusal = Refusal(mailing);
            Assert.Contains("must be one address: ", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("canary", refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_envelope_From_without_tags_must_be_one_address() =>
        Assert.StartsWith("EnvelopeFrom = 'bounce': must be one address", Refusal(new("m", Content, Nobody()) { EnvelopeFrom = "bounce" }), StringComparison.Ordinal);

    [Fact]
    public void A_From_outside_the_approved_domains_is_refused()
    {
        _email.ApprovedSendingDomains = ["other.example"];

        Assert.Equal("From = 'news@example.org': must be of a domain in Mailing:Email:ApprovedSendingDomains: other.example.", Refusal(new("m", Content, Nobody())));
    }

    private static IEnumerable<Recipient> Nobody() => [];

    private Sender Resolve(EmailMailing mailing) => SenderRule.Resolve(mailing, _email);

    private string Refusal(EmailMailing mailing) => Assert.Throws<MailingRefusedException>(() => Resolve(mailing)).Message;
}
