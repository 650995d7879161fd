using System.Security.Cryptography.X509Certificates;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpTlsTests : IDisposable
{
    private readonly string _authorities = Path.GetTempFileName();

    public void Dispose() => File.Delete(_authorities);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_UseSsl_mail_goes_encrypted_and_validated(bool isImplicit)
    {
        await using var bed = StartSecure(options => options.ImplicitTls = isImplicit);
        bed.Settings.TlsMode = isImplicit ? SmtpTlsMode.Implicit : SmtpTlsMode.Auto;
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal(3, bed.Server.Messages.Count(m => m.OverTls));
        Assert.Equal(isImplicit ? 1 : 2, bed.Server.CountOf(SmtpVerb.Ehlo));
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Quit));
    }

    [Fact]
    public async Task Large_content_and_long_groups_go_through_TLS()
    {
        await using var bed = StartSecure();
        var mail = new TestMail("a@example.net", (Enumerable.Repeat((byte)'x', 3_000_000).ToArray(), false));
        Assert.Null(await bed.SendAsync(mail, new TestMail("b@example.net")));
        Assert.Equal(3_000_000, bed.Server.Messages[0].Content.Length);
    }

    [Theory]
    [InlineData("wrong name", "another name", "Mailing:Email:Host")]
    [InlineData("expired", "expired", "")]
    [InlineData("untrusted", "root", "Mailing:Email:TrustedCertificatesPath")]
    [InlineData("self-signed", "self-signed and no root that is trusted", "Mailing:Email:TrustedCertificatesPath")]
    public async Task A_certificate_fault_says_which_and_where_to_look(string which, string words, string setting)
    {
        using var certificates = new TestCertificates();
        await using var bed = StartSecure(options => options.Certificate = which switch
        {
            "wrong name" => certificates.ForWrongName(),
            "expired" => certificates.Expired("127.0.0.1"),
            "self-signed" => TestCertificates.SelfSigned("127.0.0.1"),
            _ => certificates.For("127.0.0.1"),
        });
        await File.WriteAllTextAsync(_authorities, which is "wrong name" or "expired" ? certificates.Authority.ExportCertificatePem() : bed.Server.Authority.ExportCertificatePem());
        var fault = await OpenFaultAsync(bed);
        Assert.Equal((TransportFault.Security, DeliveryPhase.Tls), (fault.Fault, fault.Phase));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains(setting, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_makes_validation_full_even_without_UseSsl()
    {
        await using var bed = SmtpBed.Start(configure: options =>
        {
            options.StartTls = true;
            options.AuthMechanisms = ["PLAIN"];
        });
        (bed.Settings.UserName, bed.Settings.Password) = ("user", "password");
        Assert.Equal(TransportFault.Security, (await OpenFaultAsync(bed)).Fault);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Auth));
    }

    [Fact]
    public async Task Without_login_and_UseSsl_an_untrusted_certificate_warns_once_and_mail_goes_encrypted()
    {
        await using var bed = SmtpBed.Start(configure: options => options.StartTls = true);
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("b")));
        Assert.All(bed.Server.Messages, m => Assert.True(m.OverTls));
        Assert.Single(bed.Log.Entries, e => e.Id == 2002);
    }

    [Fact]
    public async Task Without_login_and_UseSsl_a_failed_handshake_goes_on_in_clear_and_is_remembered()
    {
        await using var bed = SmtpBed.Start(configure: options => options.StartTls = true);
        bed.Server.On(SmtpVerb.TlsHandshake, SmtpAction.Close);
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("b")));
        Assert.All(bed.Server.Messages, m => Assert.False(m.OverTls));
        Assert.Equal((3, 1L), (bed.Server.TotalConnections, bed.Server.CountOf(SmtpVerb.StartTls)));
        Assert.Single(bed.Log.Entries, e => e.Id == 2003);
    }

    [Fact]
    public async Task With_UseSsl_a_failed_handshake_is_a_fault_and_nothing_goes_in_clear()
    {
        await using var bed = StartSecure();
        bed.Server.On(SmtpVerb.TlsHandshake, SmtpAction.Close);
        var fault = await OpenFaultAsync(bed);
        Assert.True(fault.Fault is TransportFault.Security or TransportFault.Connection);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Mail));
    }

    [Fact]
    public async Task STARTTLS_that_is_stripped_is_a_fault_where_TLS_is_demanded()
    {
        await using var bed = SmtpBed.Start();
        bed.Settings.UseSsl = true;
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Security, fault.Fault);
        Assert.Contains("Mailing:Email:UseSsl (now True)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Mail));
    }

    [Fact]
    public async Task Bytes_behind_the_reply_to_STARTTLS_are_an_attack()
    {
        await using var bed = StartSecure();
        bed.Server.On(SmtpVerb.StartTls, SmtpAction.Raw("220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n"));
        var fault = await OpenFaultAsync(bed);
        Assert.Equal((TransportFault.Security, DeliveryPhase.Tls), (fault.Fault, fault.Phase));
    }

    [Fact]
    public async Task What_was_offered_in_clear_is_forgotten_under_TLS()
    {
        await using var bed = StartSecure();
        bed.Server.On(SmtpVerb.Ehlo, "250-smtp.test\n250-STARTTLS\n250 CHUNKING", when: c => !c.OverTls);
        bed.Server.On(SmtpVerb.Ehlo, "250 smtp.test", when: c => c.OverTls);
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.False(bed.Server.Messages.Single().ByBdat);
    }

    [Fact]
    public async Task Mode_None_uses_no_TLS_even_when_offered()
    {
        await using var bed = SmtpBed.Start(configure: options => options.StartTls = true);
        bed.Settings.TlsMode = SmtpTlsMode.None;
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.StartTls));
    }

    [Fact]
    public async Task The_hosts_own_check_decides_alone()
    {
        var trust = new SmtpTrust((_, certificate, _, _) => certificate is not null);
        await using var bed = SmtpBed.Start(configure: options => options.StartTls = true, trust: trust);
        bed.Settings.UseSsl = true;
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.True(bed.Server.Messages.Single().OverTls);
    }

    [Fact]
    public async Task A_certificate_file_that_is_missing_is_a_fault_of_the_settings()
    {
        await using var bed = StartSecure();
        bed.Settings.TrustedCertificatesPath = "/nowhere/ca.pem";
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Configuration, fault.Fault);
        Assert.Contains("Mailing:Email:TrustedCertificatesPath (now /nowhere/ca.pem)", fault.Message, StringComparison.Ordinal);
    }

    private SmtpBed StartSecure(Action<SmtpTestServerOptions>? configure = null)
    {
        var bed = SmtpBed.Start(configure: options =>
        {
            options.StartTls = true;
            configure?.Invoke(options);
            options.StartTls = !options.ImplicitTls;
        });
        bed.Settings.UseSsl = true;
        File.WriteAllText(_authorities, bed.Server.Authority.ExportCertificatePem());
        bed.Settings.TrustedCertificatesPath = _authorities;
        return bed;
    }

    private static async Task<MailTransportException> OpenFaultAsync(SmtpBed bed) =>
        await Assert.ThrowsAsync<MailTransportException>(() => bed.Transport.OpenAsync(SmtpBed.Token).AsTask());
}
