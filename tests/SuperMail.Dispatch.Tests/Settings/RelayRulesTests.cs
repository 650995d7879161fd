using SuperMail.Dispatch.Settings;
using Xunit;

namespace SuperMail.Dispatch.Tests.Settings;

public sealed class RelayRulesTests
{
    private const string Secret = "canary-5f2e";

    private static readonly SettingsScope Scope = new();
    private static readonly SettingsScope WithTokens = new() { HasTokenProvider = true };

    [Theory]
    [InlineData("smtp://relay.example.org", "without a scheme")]
    [InlineData("relay.example.org:587", "without a port")]
    [InlineData("[::1]:25", "without brackets")]
    [InlineData("relay example.org", "without blanks")]
    [InlineData(" relay.example.org", "without blanks")]
    [InlineData("relay.example.org\r\nMAIL", "without blanks or control characters")]
    [InlineData("10.0.0.256", "must be an IP address or a host name")]
    [InlineData("25", "must be an IP address or a host name")]
    [InlineData("relay/example", "must be an IP address or a host name")]
    [InlineData("..", "must be an IP address or a host name")]
    public void A_host_that_is_no_host_name_is_a_fault(string host, string rule) =>
        Assert.Contains(rule, Fault(email => email.Host = host), StringComparison.Ordinal);

    [Theory]
    [InlineData("localhost")]
    [InlineData("relay")]
    [InlineData("mail_relay")]
    [InlineData("relay.example.org")]
    [InlineData("relay.example.org.")]
    [InlineData("bücher.example")]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void A_host_may_be_a_name_or_an_address(string host) =>
        Assert.Empty(Faults(email => email.Host = host));

    [Fact]
    public void A_line_break_in_a_value_does_not_break_the_error_s_line() =>
        Assert.StartsWith(@"Mailing:Email:Host = 'a\u000D\u000AMailing': ", Fault(email => email.Host = "a\r\nMailing"), StringComparison.Ordinal);

    [Fact]
    public void A_password_pasted_into_the_host_is_not_shown() =>
        Assert.StartsWith("Mailing:Email:Host = '…@relay': ", Fault(email => email.Host = $"user:{Secret}@relay"), StringComparison.Ordinal);

    [Theory]
    [InlineData("app1.example.org", true)]
    [InlineData("[192.0.2.1]", true)]
    [InlineData("[IPv6:2001:db8::1]", true)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("bücher.example", false)]
    [InlineData("app1 example", false)]
    [InlineData("app1\r\nMAIL", false)]
    public void The_name_in_EHLO_is_an_ASCII_domain_or_an_address_literal(string name, bool allowed) =>
        Assert.Equal(allowed, Faults(email => email.LocalName = name).Count == 0);

    [Theory]
    [InlineData(SmtpTlsMode.None, true)]
    [InlineData(SmtpTlsMode.StartTlsWhenAvailable, true)]
    [InlineData(SmtpTlsMode.StartTls, false)]
    [InlineData(SmtpTlsMode.Implicit, false)]
    [InlineData(SmtpTlsMode.Auto, false)]
    public void Mandatory_TLS_contradicts_a_mode_that_may_go_without(SmtpTlsMode mode, bool contradicts) =>
        Assert.Equal(contradicts, Faults(email => (email.UseSsl, email.TlsMode, email.Port) = (true, mode, 465)).Count == 1);

    [Theory]
    [InlineData("user", null, "Mailing:Email:Password = (not set): ")]
    [InlineData("user", "", "Mailing:Email:Password = (not set): ")]
    [InlineData(null, Secret, "Mailing:Email:UserName = (not set): ")]
    public void User_name_and_password_are_both_set_or_neither(string? user, string? password, string fault) =>
        Assert.StartsWith(fault, Fault(email => (email.UserName, email.Password) = (user, password)), StringComparison.Ordinal);

    [Fact]
    public void A_token_provider_stands_in_for_the_password_but_not_for_the_user()
    {
        Assert.Empty(Faults(email => email.UserName = "user", WithTokens));
        Assert.StartsWith("Mailing:Email:UserName = (not set): ", Fault(_ => { }, WithTokens), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmtpAuthentication.XOAuth2)]
    [InlineData(SmtpAuthentication.OAuthBearer)]
    public void Token_mechanisms_need_a_token_provider(SmtpAuthentication mechanism)
    {
        Assert.Contains("needs a token provider", Fault(email => (email.Authentication, email.UserName) = (mechanism, "user")), StringComparison.Ordinal);
        Assert.Empty(Faults(email => (email.Authentication, email.UserName) = (mechanism, "user"), WithTokens));
    }

    [Theory]
    [InlineData(SmtpAuthentication.Plain, true)]
    [InlineData(SmtpAuthentication.Login, true)]
    [InlineData(SmtpAuthentication.CramMd5, true)]
    [InlineData(SmtpAuthentication.ScramSha256, true)]
    [InlineData(SmtpAuthentication.Negotiate, false)]
    [InlineData(SmtpAuthentication.Ntlm, false)]
    [InlineData(SmtpAuthentication.Auto, false)]
    public void A_chosen_password_mechanism_needs_user_and_password(SmtpAuthentication mechanism, bool needs) =>
        Assert.Equal(needs, Faults(email => email.Authentication = mechanism).Count == 1);

    [Theory]
    [InlineData("relay.example.org", false, true)]
    [InlineData("relay.example.org", true, false)]
    [InlineData("localhost", false, false)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("::1", false, false)]
    public void A_login_without_TLS_needs_loopback_or_consent(string host, bool consent, bool refused) =>
        Assert.Equal(refused, Faults(email =>
        {
            (email.Host, email.UserName, email.Password) = (host, "user", Secret);
            (email.TlsMode, email.AllowPlaintextAuthentication) = (SmtpTlsMode.None, consent);
        }).Count == 1);

    [Fact]
    public void A_certificate_file_must_exist()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        Assert.Equal(
        [
            $"Mailing:Email:ClientCertificatePath = '{missing}': must name a file that exists and can be read.",
            $"Mailing:Email:TrustedCertificatesPath = '{missing}': must name a file that exists and can be read.",
        ], Faults(email => (email.ClientCertificatePath, email.TrustedCertificatesPath) = (missing, missing)));
        Assert.Empty(Faults(email => email.TrustedCertificatesPath = typeof(EmailSettings).Assembly.Location));
    }

    [Fact]
    public void A_client_certificate_needs_TLS_and_its_password_needs_a_certificate()
    {
        Assert.Contains("needs TLS", Fault(email => (email.ClientCertificatePath, email.TlsMode) =
            (typeof(EmailSettings).Assembly.Location, SmtpTlsMode.None)), StringComparison.Ordinal);
        Assert.StartsWith("Mailing:Email:ClientCertificatePassword = (set): ", Fault(email => email.ClientCertificatePassword = Secret), StringComparison.Ordinal);
    }

    [Fact]
    public void No_fault_shows_a_user_name_or_a_password()
    {
        var faults = Faults(email =>
        {
            email.UserName = Secret + "\n";
            email.Password = Secret + "\0";
            email.ClientCertificatePassword = Secret;
            email.TlsMode = SmtpTlsMode.None;
            email.UseSsl = true;
        });

        Assert.True(faults.Count >= 5, string.Join('\n', faults));
        Assert.DoesNotContain(faults, fault => fault.Contains(Secret, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Faults(Action<EmailSettings> change, SettingsScope? scope = null) =>
        MailingSettingsValidator.Validate(ValidSettings.Create(change), scope ?? Scope);

    private static string Fault(Action<EmailSettings> change, SettingsScope? scope = null) => Assert.Single(Faults(change, scope));
}
