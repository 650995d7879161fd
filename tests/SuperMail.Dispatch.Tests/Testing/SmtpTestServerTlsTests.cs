using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class SmtpTestServerTlsTests
{
    [Fact]
    public async Task STARTTLS_forgets_everything_and_is_not_offered_again()
    {
        await using var server = SmtpTestServer.Start(o => o.StartTls = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.StartsWith("220", await client.AskAsync("STARTTLS"));
        await client.SecureAsync("localhost", server.Authority);
        Assert.StartsWith("503", await client.AskAsync("MAIL FROM:<>"));
        Assert.DoesNotContain("STARTTLS", await client.AskAsync("EHLO client.test"));
        Assert.Equal("503 250 250 354 250 221", await client.CodesAsync(
            "STARTTLS", "MAIL FROM:<>", "RCPT TO:<a@example.com>", "DATA", ".", "QUIT"));
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.True(server.Messages[0].OverTls);
    }

    [Fact]
    public async Task Implicit_TLS_begins_before_the_greeting()
    {
        await using var server = SmtpTestServer.Start(o => o.ImplicitTls = true);
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        await client.SecureAsync("smtp.test", server.Authority);
        Assert.Equal("220 smtp.test ESMTP", await client.ReadAsync());
        Assert.True(server.Connections[0].IsTls);
    }

    [Fact]
    public async Task Commands_sent_ahead_of_the_handshake_are_thrown_away()
    {
        await using var server = SmtpTestServer.Start(o => o.StartTls = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync("STARTTLS\r\nEHLO injected\r\nNOOP\r\n");
        Assert.StartsWith("220", await client.ReadAsync());
        await client.SecureAsync("localhost", server.Authority);
        Assert.StartsWith("250-", await client.AskAsync("EHLO client.test"));
        Assert.Equal(0, server.CountOf(SmtpVerb.Noop));
    }

    [Fact]
    public async Task A_server_can_inject_a_reply_before_the_handshake()
    {
        await using var server = SmtpTestServer.Start(o => o.StartTls = true);
        server.On(SmtpVerb.StartTls, SmtpAction.Raw("220 ready\r\n250 injected\r\n"));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync("STARTTLS\r\n");
        Assert.Equal(["220 ready", "250 injected"], await client.ReadManyAsync(2));
        await client.SecureAsync("localhost", server.Authority);
    }

    [Fact]
    public async Task A_delayed_handshake_still_works()
    {
        var signal = new TaskCompletionSource();
        await using var server = SmtpTestServer.Start(o => o.StartTls = true);
        server.On(SmtpVerb.StartTls, SmtpAction.Default.After(signal.Task));
        server.On(SmtpVerb.TlsHandshake, SmtpAction.Default.After(signal.Task));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync("STARTTLS\r\n");
        await server.WaitForCommandAsync(SmtpVerb.StartTls);
        signal.SetResult();
        Assert.StartsWith("220", await client.ReadAsync());
        await client.SecureAsync("localhost", server.Authority);
    }

    [Fact]
    public async Task Under_TLS_too_a_reply_waits_while_commands_come_in()
    {
        var signal = new TaskCompletionSource();
        await using var server = SmtpTestServer.Start(o => o.ImplicitTls = true);
        server.On(SmtpVerb.Rcpt, SmtpAction.Default.After(signal.Task));
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        await client.SecureAsync("localhost", server.Authority);
        await client.ReadAsync();
        await client.AskAsync("EHLO client.test");
        await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\n");
        await server.WaitForCommandAsync(SmtpVerb.Rcpt);
        await client.SendAsync("BDAT 6 LAST\r\nNOOP\r\n");
        signal.SetResult();
        Assert.Equal(3, (await client.ReadManyAsync(3)).Count(r => r.StartsWith("250", StringComparison.Ordinal)));
        Assert.Equal("250 221", await client.CodesAsync("NOOP", "QUIT"));
        Assert.Equal("NOOP\r\n", server.Messages[0].Text);
    }

    [Fact]
    public async Task A_handshake_can_fail_on_the_servers_side()
    {
        await using var server = SmtpTestServer.Start(o => o.StartTls = true);
        server.On(SmtpVerb.TlsHandshake, SmtpAction.Raw("no handshake here\r\n").ThenClose());
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.AskAsync("STARTTLS");
        await Assert.ThrowsAnyAsync<Exception>(() => client.SecureAsync("localhost", server.Authority));
    }

    [Fact]
    public async Task A_client_that_refuses_the_certificate_is_no_fault_of_the_server()
    {
        await using var server = SmtpTestServer.Start(o => o.StartTls = true);
        await using (Dialogue client = await Dialogue.GreetedAsync(server))
        {
            await client.AskAsync("STARTTLS");
            await Assert.ThrowsAsync<AuthenticationException>(() => client.SecureAsync("other.test", server.Authority));
        }

        await server.WaitForIdleAsync();
        Assert.Empty(server.Faults);
    }

    [Theory]
    [InlineData("right", SslPolicyErrors.None)]
    [InlineData("wrong name", SslPolicyErrors.RemoteCertificateNameMismatch)]
    [InlineData("expired", SslPolicyErrors.RemoteCertificateChainErrors)]
    [InlineData("not yet", SslPolicyErrors.RemoteCertificateChainErrors)]
    [InlineData("self-signed", SslPolicyErrors.RemoteCertificateChainErrors)]
    public async Task Each_certificate_is_what_it_says(string kind, SslPolicyErrors expected)
    {
        using var certificates = new TestCertificates();
        using X509Certificate2 certificate = kind switch
        {
            "right" => certificates.For("localhost"),
            "wrong name" => certificates.ForWrongName(),
            "expired" => certificates.Expired("localhost"),
            "not yet" => certificates.NotYetValid("localhost"),
            _ => TestCertificates.SelfSigned("localhost"),
        };
        await using var server = SmtpTestServer.Start(o => (o.ImplicitTls, o.Certificate) = (true, certificate));
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        SslPolicyErrors seen = await client.JudgeCertificateAsync("localhost", certificates.Authority);
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Where_TLS_is_required_mail_and_login_wait_for_it()
    {
        await using var server = SmtpTestServer.Start(o => (o.StartTls, o.RequireTls, o.AuthMechanisms) = (true, true, ["PLAIN"]));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.DoesNotContain("AUTH", await client.AskAsync("EHLO client.test"));
        Assert.Equal("530 530", await client.CodesAsync("MAIL FROM:<>", "AUTH PLAIN"));
    }
}
