using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Settings;

public sealed class SmsRulesTests
{
    private static readonly SettingsScope Scope = new() { SmsModules = [new FakeSmsModule(new FakeSmsGateway()), new OtherModule()] };

    [Fact]
    public void A_valid_tab_has_no_faults() =>
        Assert.Empty(Faults(static s =>
        {
            s.Module = "FAKE";
            s.PluginConfiguration = "fake_user = u\nfake_password = p";
            s.DefaultCountryCode = "0044";
            s.Sender = "Example";
            s.Validity = TimeSpan.FromDays(2);
            s.CallbackUrl = "https://host.example.org/receipts";
            s.EndpointCode = "INFO";
            s.Priority = 2;
        }));

    [Fact]
    public void An_unknown_module_is_answered_with_the_registered_ones() =>
        Assert.Equal("Mailing:Sms:Module = 'twillio': must be the name of a registered SMS gateway module; registered: fake, other.", Single(static s => s.Module = "twillio"));

    [Fact]
    public void Faults_of_the_plugin_configuration_name_line_and_key_and_repeat_no_value()
    {
        var faults = Faults(static s =>
        {
            s.Module = "other";
            s.PluginConfiguration = "other_token = [s3cret]\nother_tokn = s3cret\nother_level = s3cret";
        });
        Assert.Equal(3, faults.Count);
        Assert.All(faults, static f => Assert.StartsWith("Mailing:Sms:PluginConfiguration = (set): line ", f, StringComparison.Ordinal));
        Assert.Contains(faults, static f => f.Contains("line 1, other_token", StringComparison.Ordinal));
        Assert.Contains(faults, static f => f.Contains("line 2, other_tokn", StringComparison.Ordinal));
        Assert.Contains(faults, static f => f.Contains("line 3, other_level", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, static f => f.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_key_is_named() =>
        Assert.Contains("(not set): other_token", Single(static s => s.Module = "other"), StringComparison.Ordinal);

    [Theory]
    [InlineData("DefaultCountryCode", "999", "Mailing:Sms:DefaultCountryCode = '999': ")]
    [InlineData("DefaultCountryCode", "UK", "Mailing:Sms:DefaultCountryCode = 'UK': ")]
    [InlineData("Sender", "Twelve letters", "Mailing:Sms:Sender = 'Twelve letters': ")]
    [InlineData("Concurrency", "0", "Mailing:Sms:Concurrency = 0: must be 1 to 200.")]
    [InlineData("Concurrency", "201", "Mailing:Sms:Concurrency = 201: must be 1 to 200.")]
    [InlineData("SegmentsPerSecond", "-1", "Mailing:Sms:SegmentsPerSecond = -1: must be 0 to 10,000.")]
    [InlineData("SegmentsPerSecond", "NaN", "Mailing:Sms:SegmentsPerSecond = NaN: must be 0 to 10,000.")]
    [InlineData("MaxSegments", "256", "Mailing:Sms:MaxSegments = 256: must be 1 to 255.")]
    [InlineData("Validity", "00:00:00", "Mailing:Sms:Validity = 00:00:00: must be more than 0")]
    [InlineData("CallbackUrl", "ftp://host.example.org/?token=s3cret", "Mailing:Sms:CallbackUrl = (set): must be an absolute http or https address.")]
    [InlineData("EndpointCode", "two words", "Mailing:Sms:EndpointCode = 'two words': must be one word of at most 50 characters.")]
    [InlineData("Priority", "4", "Mailing:Sms:Priority = 4: must be 1 to 3.")]
    [InlineData("Retry:MaxAttempts", "0", "Mailing:Sms:Retry:MaxAttempts = 0: must be 1 to 1,000.")]
    public void Each_rule_names_the_option_its_value_and_itself(string option, string value, string expected)
    {
        var settings = BoundSettings.From(("Sms:Module", "fake"), ($"Sms:{option}", value));
        Assert.StartsWith(expected, Assert.Single(MailingSettingsValidator.Validate(settings, Scope)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Mailing:Sms:EmailGatewayDomain = (not set): is required because Mailing:Sms:UseWebService = False.")]
    [InlineData("a@b.example", "Mailing:Sms:EmailGatewayDomain = 'a@b.example': must be a domain such as sms.example.net.")]
    [InlineData("not a domain", "Mailing:Sms:EmailGatewayDomain = 'not a domain': must be a domain such as sms.example.net.")]
    public void Without_the_web_service_a_domain_is_needed_and_no_module(string? domain, string expected) =>
        Assert.Equal(expected, Single(s => (s.UseWebService, s.EmailGatewayDomain) = (false, domain)));

    [Fact]
    public void A_gateway_of_the_hosts_own_needs_no_module() =>
        Assert.Empty(MailingSettingsValidator.ValidateSms(new SmsSettings(), new SettingsScope { HasOwnSmsGateway = true }));

    [Fact]
    public void A_tab_left_alone_is_not_judged() =>
        Assert.Empty(MailingSettingsValidator.Validate(new MailingSettings(), new SettingsScope()));

    [Fact]
    public void A_tab_that_is_null_is_a_fault() =>
        Assert.Equal("Mailing:Sms = (not set): must not be null.", Assert.Single(MailingSettingsValidator.Validate(new MailingSettings { Sms = null! }, Scope)));

    private static IReadOnlyList<string> Faults(Action<SmsSettings> change)
    {
        var settings = new MailingSettings();
        change(settings.Sms);
        return MailingSettingsValidator.Validate(settings, Scope);
    }

    private static string Single(Action<SmsSettings> change) => Assert.Single(Faults(change));

    private sealed class OtherModule : ISmsModule
    {
        public string Key => "other";

        public string DisplayName => "Other";

        public IReadOnlyList<SmsModuleField> Fields { get; } =
        [
            new SmsModuleField { Key = "other_token", Label = "Token", IsRequired = true, IsSecret = true },
            new SmsModuleField { Key = "other_level", Label = "Level", Kind = SmsFieldKind.Number, Maximum = 3 },
        ];

        public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context) => throw new NotSupportedException();
    }
}
