using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Hosting;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hostile.Secrets;

/// <summary>Faults of the connection with a login set: the error says what to look at and nothing of the login.</summary>
public sealed class TlsSecretsTests
{
    private const string User = "canary-user";
    private const string Password = "canary-p4ssw0rd";

    [Theory]
    [InlineData("untrusted", "its certificate is not trusted")]
    [InlineData("handshake", "TLS")]
    [InlineData("stripped", "does not offer STARTTLS")]
    [InlineData("injected", "only an attacker in between sends")]
    [InlineData("client certificate", "ClientCertificatePath")]
    [InlineData("no mechanism", "it offers AUTH X-NONE")]
    public async Task A_login_that_is_never_tried_is_never_named(string fault, string words)
    {
        await using var relay = SmtpTestServer.Start(options =>
        {
            options.StartTls = fault is not ("stripped" or "no mechanism");
            options.AuthMechanisms = ["PLAIN"];
        });
        if (fault == "no mechanism")
        {
            relay.On(SmtpVerb.Ehlo, SmtpAction.Raw("250-relay.test\r\n250 AUTH X-NONE\u001b[31m\r\n"));
        }
        else if (fault == "handshake")
        {
            relay.On(SmtpVerb.TlsHandshake, SmtpAction.Close);
        }
        else if (fault == "injected")
        {
            relay.On(SmtpVerb.StartTls, SmtpAction.Raw($"220 go\r\n250 {User} {Password}\r\n"));
        }

        var settings = ChangeableSettings.Valid(relay).Email("UserName", User).Email("Password", Password).Email("CheckSmtpRecipient", "check@example.com");
        if (fault != "no mechanism")
        {
            settings.Email("UseSsl", "true");
        }

        var certificate = Path.GetTempFileName();
        try
        {
            if (fault == "client certificate")
            {
                settings.Email("ClientCertificatePath", certificate).Email("ClientCertificatePassword", Password);
            }

            using var measured = new Measured();
            await using var tested = new HostUnderTest(settings: settings);
            await tested.StartAsync();
            var check = await ((ISmtpConnectionCheck)tested.Services.GetService(typeof(ISmtpConnectionCheck))!).CheckAsync(Token);
            await tested.StopAsync(Token);

            Assert.Contains(words, check.Error, StringComparison.Ordinal);
            string[] said = [$"{check.Error}", .. check.Steps.Select(static s => $"{s}"), .. tested.Log.Entries.Select(static e => e.Everything), .. measured.Tags];
            Assert.DoesNotContain(said, static text => text.Contains(User, StringComparison.OrdinalIgnoreCase) || text.Contains(Password, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain($"{check.Error}", char.IsControl);
            Assert.Equal(0, relay.CountOf(SmtpVerb.Auth));
        }
        finally
        {
            File.Delete(certificate);
        }
    }
}
