using System.Security.Cryptography.X509Certificates;
using System.Text;
using SuperMail.Dispatch.RealServers.Tests.Servers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

/// <summary>Logins under TLS at a server that we did not write, and every way in which its certificate can be wrong.</summary>
public sealed class AiosmtpdTests : IDisposable
{
    private readonly string _trusted = Path.GetTempFileName();

    public static readonly TheoryData<bool, SmtpAuthentication> Logins = new MatrixTheoryData<bool, SmtpAuthentication>(
        [true, false], [SmtpAuthentication.Auto, SmtpAuthentication.Plain, SmtpAuthentication.Login]);

    /// <summary>What is wrong with the certificate, what the error says, and which setting it names.</summary>
    public static readonly TheoryData<string, string, string> Faults = new()
    {
        { "wrong name", "it is for another name (wrong.invalid)", "Mailing:Email:Host (now 127.0.0.1)" },
        { "expired", "it has expired or is not valid yet", "" },
        { "not yet valid", "it has expired or is not valid yet", "" },
        { "self-signed", "it is self-signed and no root that is trusted", "Mailing:Email:TrustedCertificatesPath" },
        { "unknown authority", "root", "Mailing:Email:TrustedCertificatesPath" },
        { "for clients", "it is not for servers", "" },
    };

    public void Dispose() => File.Delete(_trusted);

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task With_the_right_authority_mail_goes_logged_in_and_encrypted(bool isImplicit, SmtpAuthentication mechanism)
    {
        using var authority = new PrivateAuthority();
        await File.WriteAllTextAsync(_trusted, authority.Pem, Token);
        await using var server = await AiosmtpdServer.StartAsync(isImplicit, authority.IssueServerPem("aiosmtpd.test"), Token);
        await using var sending = To(server, isImplicit, s => s.Email.Authentication = mechanism);
        var content = new TemplateContent { Subject = "{{Name}} – é", Text = "{{Name}}\n.\n..\n.end\nFrom here\n" };
        var people = People(30, "auth-").Append(Person("jörg"));

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Login", content, people), cancellationToken: Token);

        Assert.Equal(31, report.Counts.Sent);
        var taken = await server.TakeAsync(31, Token);
        Assert.All(taken, static m => Assert.Equal((AiosmtpdServer.UserName, true, From), (m.User, m.Tls, m.From)));
        Assert.Equal(31, taken.Select(static m => m.Recipients.Single()).Distinct().Count());
        Assert.All(taken, static m => Assert.Contains("\r\n=2E\r\n", Encoding.UTF8.GetString(m.Content), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_password_pauses_and_is_not_repeated(bool isImplicit)
    {
        using var authority = new PrivateAuthority();
        await File.WriteAllTextAsync(_trusted, authority.Pem, Token);
        await using var server = await AiosmtpdServer.StartAsync(isImplicit, authority.IssueServerPem("aiosmtpd.test"), Token);
        await using var sending = To(server, isImplicit, static s => s.Email.Password = "canary-wrong");

        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Wrong", Hello, People(3, "wrong-")), cancellationToken: Token));

        Assert.Contains("535", paused.Reason, StringComparison.Ordinal);
        Assert.Contains("Mailing:Email:Password", paused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-wrong", paused.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, server.Count);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_faulty_certificate_is_refused_over_STARTTLS_and_the_error_says_which(string fault, string words, string setting) =>
        RefusesAsync(isImplicit: false, fault, words, setting);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_faulty_certificate_is_refused_over_implicit_TLS_and_the_error_says_which(string fault, string words, string setting) =>
        RefusesAsync(isImplicit: true, fault, words, setting);

    private async Task RefusesAsync(bool isImplicit, string fault, string words, string setting)
    {
        using var authority = new PrivateAuthority();
        using var certificates = new TestCertificates();
        var isOther = fault is "self-signed" or "unknown authority" or "for clients";
        await File.WriteAllTextAsync(_trusted, isOther ? authority.Pem : certificates.Authority.ExportCertificatePem(), Token);
        using var shown = fault switch
        {
            "wrong name" => certificates.ForWrongName(),
            "expired" => certificates.Expired("127.0.0.1"),
            "not yet valid" => certificates.NotYetValid("127.0.0.1"),
            "self-signed" => TestCertificates.SelfSigned("127.0.0.1"),
            _ => certificates.For("127.0.0.1"),
        };
        var pem = fault == "for clients"
            ? authority.IssueServerPem("aiosmtpd.test", usage: PrivateAuthority.ClientUse)
            : $"{shown.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n{shown.ExportCertificatePem()}\n";
        await using var server = await AiosmtpdServer.StartAsync(isImplicit, pem, Token);
        await using var sending = To(server, isImplicit);

        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Fault", Hello, People(3, "fault-")), cancellationToken: Token));

        Assert.Contains("its certificate is not trusted: ", paused.Reason, StringComparison.Ordinal);
        Assert.Contains(words, paused.Reason, StringComparison.Ordinal);
        Assert.Contains(setting, paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0L, 0L, 0), (paused.Report.Counts.Sent, paused.Report.Counts.Failed, server.Count));
    }

    private RealDispatcher To(AiosmtpdServer server, bool isImplicit, Action<MailingSettings>? settings = null) => new(server.Host, server.Port, s =>
    {
        s.Email.TlsMode = isImplicit ? SmtpTlsMode.Implicit : SmtpTlsMode.StartTls;
        s.Email.UseSsl = true;
        s.Email.TrustedCertificatesPath = _trusted;
        (s.Email.UserName, s.Email.Password) = (AiosmtpdServer.UserName, AiosmtpdServer.Password);
        settings?.Invoke(s);
    });
}
