using Microsoft.Extensions.Options;
using SuperMail.Dispatch.Settings;
using Xunit;

namespace SuperMail.Dispatch.Tests.Settings;

public sealed class MailingSettingsValidatorTests
{
    private static readonly SettingsScope Scope = new();

    [Fact]
    public void Valid_settings_have_no_fault() =>
        Assert.Empty(MailingSettingsValidator.Validate(ValidSettings.Create(), Scope));

    [Fact]
    public void A_fault_names_path_value_and_rule() =>
        Assert.Equal(
            "Mailing:Email:SmtpThreads = 0: must be 1 to 200.",
            Assert.Single(MailingSettingsValidator.Validate(ValidSettings.Create(email => email.SmtpThreads = 0), Scope)));

    [Fact]
    public void The_path_begins_with_the_section_of_the_dispatcher() =>
        Assert.Equal(
            "Tenants:Blue:Email:Port = 0: must be 1 to 65,535.",
            Assert.Single(MailingSettingsValidator.Validate(
                ValidSettings.Create(email => email.Port = 0), Scope with { Section = "Tenants:Blue" })));

    [Fact]
    public void Every_fault_is_reported_at_once()
    {
        var settings = new MailingSettings
        {
            BeginWindow = 0,
            DrainTimeout = TimeSpan.FromMinutes(11),
            Email = { Port = 70_000, SmtpThreads = 201, MaxEmailsPerConnection = 0 },
        };

        var faults = MailingSettingsValidator.Validate(settings, Scope);

        Assert.Equal(
        [
            "Mailing:DrainTimeout = 00:11:00: must be 0 to 10 minutes (written as hh:mm:ss or d.hh:mm:ss).",
            "Mailing:BeginWindow = 0: must be 1 to 500.",
            "Mailing:Email:MaxEmailsPerConnection = 0: must be 1 to 100,000.",
            "Mailing:Email:SmtpThreads = 201: must be 1 to 200.",
            "Mailing:Email:DefaultFromAddress = (not set): is required: the address or an alias of a registered mailbox.",
            "Mailing:Email:Host = (not set): is required: the IP address or host name of the relay.",
            "Mailing:Email:Port = 70000: must be 1 to 65,535.",
        ], faults);
    }

    [Fact]
    public void An_unconfigured_e_mail_tab_is_no_fault_but_refuses_mailings_with_the_same_text()
    {
        Assert.Empty(MailingSettingsValidator.Validate(new MailingSettings(), Scope));
        Assert.Contains(
            "Mailing:Email:Host = (not set): is required: the IP address or host name of the relay.",
            MailingSettingsValidator.ValidateEmail(new EmailSettings(), Scope));
    }

    [Fact]
    public void A_host_with_its_own_transport_needs_no_relay() =>
        Assert.Empty(MailingSettingsValidator.Validate(
            ValidSettings.Create(email => email.Host = null), Scope with { HasOwnTransport = true }));

    [Fact]
    public void The_options_framework_gets_a_line_for_each_fault_of_its_name_only()
    {
        IValidateOptions<MailingSettings> validator = new MailingSettingsValidator("blue", Scope);
        var settings = ValidSettings.Create(email => (email.Port, email.SmtpThreads) = (0, 0));

        Assert.Equal(2, validator.Validate("blue", settings).Failures!.Count());
        Assert.True(validator.Validate("red", settings).Skipped);
        Assert.True(validator.Validate("blue", ValidSettings.Create()).Succeeded);
    }

    [Fact]
    public void The_error_is_readable_a_line_for_each_fault()
    {
        var fault = new MailingSettingsException("", ["a = 1: must be 2.", "b = 3: must be 4."]);

        Assert.Equal(["The mailing settings have 2 faults:", "  a = 1: must be 2.", "  b = 3: must be 4."], fault.Message.ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal(2, fault.Failures.Count());
    }

    [Theory]
    [InlineData(nameof(MailingSettings.BeginWindow), 501)]
    [InlineData(nameof(MailingSettings.MaxHeldRecipients), 0)]
    [InlineData(nameof(MailingSettings.MaxHeldRecipients), 10_000_001)]
    [InlineData(nameof(MailingSettings.KeepFinished), "30.00:00:01")]
    [InlineData(nameof(MailingSettings.KeepFinished), "-00:00:01")]
    [InlineData(nameof(MailingSettings.DrainTimeout), "-00:00:01")]
    [InlineData("Email:MaxEmailsPerConnection", 100_001)]
    [InlineData("Email:SmtpThreads", -1)]
    [InlineData("Email:Port", 65_536)]
    [InlineData("Email:MessagesPerMinute", -1)]
    [InlineData("Email:MessagesPerMinute", 10_000_001)]
    [InlineData("Email:IdleConnectionTimeout", "00:05:01")]
    [InlineData("Email:IdleConnectionTimeout", "-00:00:01")]
    [InlineData("Email:Timeouts:Connect", "00:00:00")]
    [InlineData("Email:Timeouts:Greeting", "01:00:01")]
    [InlineData("Email:Timeouts:Hello", "00:00:00")]
    [InlineData("Email:Timeouts:Envelope", "-00:00:01")]
    [InlineData("Email:Timeouts:Data", "2.00:00:00")]
    [InlineData("Email:Timeouts:Block", "00:00:00")]
    [InlineData("Email:Timeouts:EndOfData", "00:00:00")]
    [InlineData("Email:Timeouts:Quit", "5.00:00:00")]
    [InlineData("Email:Retry:Schedule:0", "00:00:00")]
    [InlineData("Email:Retry:Schedule:1", "31.00:00:00")]
    [InlineData("Email:Retry:GiveUpAfter", "31.00:00:00")]
    [InlineData("Email:Retry:MaxAttempts", 0)]
    [InlineData("Email:Retry:MaxAttempts", 1001)]
    [InlineData("Email:TlsMode", 99)]
    [InlineData("Email:Authentication", 99)]
    [InlineData("Email:Pipelining", 99)]
    [InlineData("Email:PipelineDepth", 0)]
    [InlineData("Email:PipelineDepth", 65)]
    public void A_value_outside_its_range_is_a_fault(string path, object value)
    {
        var settings = BoundSettings.From(
            ("Email:Retry:Schedule:0", "00:01:00"), ("Email:Retry:Schedule:1", "00:05:00"),
            ("Email:Host", "relay.example.org"), ("Email:DefaultFromAddress", "info@example.org"), ("Email:Mailboxes:0:Address", "info@example.org"),
            (path, value.ToString()!));

        var fault = Assert.Single(MailingSettingsValidator.Validate(settings, Scope));
        Assert.StartsWith($"Mailing:{path} = {value}: must be ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Email:MaxEmailsPerConnection", "1")]
    [InlineData("Email:MaxEmailsPerConnection", "100000")]
    [InlineData("Email:SmtpThreads", "1")]
    [InlineData("Email:SmtpThreads", "200")]
    [InlineData("Email:Port", "65535")]
    [InlineData("Email:MessagesPerMinute", "10000000")]
    [InlineData("Email:Pipelining", "Deep")]
    [InlineData("Email:PipelineDepth", "1")]
    [InlineData("Email:PipelineDepth", "64")]
    [InlineData("Email:IdleConnectionTimeout", "00:00:00")]
    [InlineData("Email:IdleConnectionTimeout", "00:05:00")]
    [InlineData("Email:Timeouts:Quit", "01:00:00")]
    [InlineData("Email:Timeouts:Quit", "00:00:00.0000001")]
    [InlineData("Email:Retry:GiveUpAfter", "00:00:00")]
    [InlineData("Email:Retry:MaxAttempts", "1000")]
    [InlineData("BeginWindow", "500")]
    [InlineData("DrainTimeout", "00:10:00")]
    [InlineData("KeepFinished", "30.00:00:00")]
    public void The_ends_of_a_range_are_allowed(string path, string value) =>
        Assert.Empty(MailingSettingsValidator.Validate(
            BoundSettings.From(
                ("Email:Host", "relay.example.org"), ("Email:DefaultFromAddress", "info@example.org"), ("Email:Mailboxes:0:Address", "info@example.org"),
                (path, value)),
            Scope));

    [Fact]
    public void Deep_flights_without_chunking_are_a_contradiction()
    {
        var fault = Assert.Single(MailingSettingsValidator.Validate(
            BoundSettings.From(
                ("Email:Host", "relay.example.org"), ("Email:DefaultFromAddress", "info@example.org"), ("Email:Mailboxes:0:Address", "info@example.org"),
                ("Email:Pipelining", "Deep"), ("Email:UseChunking", "false")),
            Scope));
        Assert.StartsWith("Mailing:Email:Pipelining = Deep: needs Mailing:Email:UseChunking = true", fault, StringComparison.Ordinal);
    }
}
