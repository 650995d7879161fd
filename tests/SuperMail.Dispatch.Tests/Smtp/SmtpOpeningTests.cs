using System.Net;
using System.Net.Sockets;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpOpeningTests
{
    [Theory]
    [InlineData("421 4.3.2 too many connections", TransportFault.SlowDown)]
    [InlineData("450 4.3.0 later", TransportFault.Connection)]
    [InlineData("554 5.7.1 go away jane.doe@example.org", TransportFault.Connection)]
    [InlineData("354 what", TransportFault.Connection)]
    [InlineData("hello", TransportFault.Connection)]
    public async Task A_greeting_that_refuses_is_a_fault_with_its_reply(string greeting, TransportFault expected)
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Connect, SmtpAction.Raw(greeting + "\r\n").ThenClose());
        var fault = await OpenFaultAsync(bed);
        Assert.Equal((expected, DeliveryPhase.Connect), (fault.Fault, fault.Phase));
        Assert.DoesNotContain("jane.doe", fault.Message, StringComparison.Ordinal);
        if (greeting.StartsWith("554", StringComparison.Ordinal))
        {
            Assert.Contains("j***@example.org", fault.Message, StringComparison.Ordinal);
            Assert.Equal(554, fault.ReplyCode);
        }
    }

    [Theory]
    [InlineData(SmtpVerb.Connect, DeliveryPhase.Connect)]
    [InlineData(SmtpVerb.Ehlo, DeliveryPhase.Connect)]
    [InlineData(SmtpVerb.StartTls, DeliveryPhase.Tls)]
    [InlineData(SmtpVerb.Auth, DeliveryPhase.Authentication)]
    public async Task A_421_at_any_step_asks_to_slow_down(SmtpVerb verb, DeliveryPhase phase)
    {
        await using var bed = SmtpBed.Start(configure: options =>
        {
            options.StartTls = verb == SmtpVerb.StartTls;
            options.AuthMechanisms = ["PLAIN"];
        });
        bed.Server.On(verb, "421 4.3.2 too many connections");
        if (verb == SmtpVerb.Auth)
        {
            (bed.Settings.UserName, bed.Settings.Password) = ("user", "password");
        }

        var fault = await OpenFaultAsync(bed);
        Assert.Equal((TransportFault.SlowDown, phase, 421), (fault.Fault, fault.Phase, fault.ReplyCode));
    }

    [Theory]
    [InlineData(SmtpVerb.Connect)]
    [InlineData(SmtpVerb.Ehlo)]
    [InlineData(SmtpVerb.Auth)]
    public async Task A_step_that_ends_in_a_reset_is_a_fault_of_the_connection(SmtpVerb verb)
    {
        await using var bed = SmtpBed.Start(configure: options => options.AuthMechanisms = ["PLAIN"]);
        (bed.Settings.UserName, bed.Settings.Password) = ("user", "password");
        bed.Server.On(verb, SmtpAction.Reset);
        Assert.Equal(TransportFault.Connection, (await OpenFaultAsync(bed)).Fault);
    }

    [Fact]
    public async Task A_relay_that_is_not_there_is_a_fault_that_names_host_and_port()
    {
        await using var bed = SmtpBed.Start();
        await bed.Server.RefuseConnectionsAsync();
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Connection, fault.Fault);
        Assert.Contains("Mailing:Email:Host (now 127.0.0.1)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_of_the_host_is_tried()
    {
        // localhost is ::1 and 127.0.0.1 here and there; the server listens on one of them only.
        await using var bed = SmtpBed.Start();
        bed.Settings.Host = "localhost";
        var mail = new TestMail("a@example.net");
        Assert.Null(await bed.SendAsync(mail));
        Assert.Equal(VerdictKind.Sent, mail.Kind);
    }

    [Fact]
    public async Task An_old_server_is_greeted_with_HELO()
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Ehlo, "502 5.5.1 what");
        var mail = new TestMail("a@example.net");
        Assert.Null(await bed.SendAsync(mail));
        Assert.Equal(VerdictKind.Sent, mail.Kind);
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Helo));
    }

    [Fact]
    public async Task HELO_is_no_way_out_where_TLS_or_a_login_is_wanted()
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Ehlo, "502 5.5.1 what");
        bed.Settings.UserName = "user";
        bed.Settings.Password = "password";
        Assert.Equal(TransportFault.Connection, (await OpenFaultAsync(bed)).Fault);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Helo));
    }

    [Fact]
    public async Task A_name_for_EHLO_that_would_make_commands_is_refused_and_not_repeated()
    {
        await using var bed = SmtpBed.Start();
        bed.Settings.LocalName = "x\r\nMAIL FROM:<canary@example.org>";
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Configuration, fault.Fault);
        Assert.DoesNotContain("canary", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Mail));
    }

    [Theory]
    [InlineData("host.example.org", "host.example.org")]
    [InlineData("host", null)]
    [InlineData("hôte.example.org", null)]
    [InlineData("192.0.2.1", null)]
    [InlineData("host.(none)", null)]
    public void Only_a_full_ASCII_host_name_is_said_in_EHLO(string name, string? expected) =>
        Assert.Equal(expected, EhloName.Usable(name));

    [Theory]
    [InlineData("192.0.2.1", "[192.0.2.1]")]
    [InlineData("::ffff:192.0.2.1", "[192.0.2.1]")]
    [InlineData("2001:db8::1", "[IPv6:2001:db8::1]")]
    public void Else_it_is_the_address_literal(string address, string expected) =>
        Assert.Equal(expected, EhloName.Literal(IPAddress.Parse(address)));

    [Fact]
    public async Task Bytes_behind_the_greeting_end_the_connection()
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Connect, SmtpAction.Raw("220 hello\r\n250 ok\r\n"));
        Assert.Equal(TransportFault.Connection, (await OpenFaultAsync(bed)).Fault);
    }

    [Fact]
    public async Task A_change_of_the_settings_holds_from_the_next_connection_on()
    {
        await using var other = SmtpTestServer.Start();
        await using var bed = SmtpBed.Start();
        await using var first = await bed.Transport.OpenAsync(SmtpBed.Token);
        bed.Settings = new EmailSettings { Host = other.Host, Port = other.Port };
        await first.SendAsync(new TestFeed(SmtpBed.Mails("a")), SmtpBed.Token);
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("b")));
        Assert.Equal((1, 1), (bed.Server.MessagesAccepted, other.MessagesAccepted));
    }

    [Fact]
    public async Task Opening_can_be_cancelled()
    {
        await using var bed = SmtpBed.Start();
        var rule = bed.Server.On(SmtpVerb.Ehlo, SmtpAction.Hang);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(SmtpBed.Token);
        var opening = bed.Transport.OpenAsync(stop.Token).AsTask();
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task A_session_is_closed_once_however_often_it_is_disposed()
    {
        await using var bed = SmtpBed.Start();
        var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        await session.DisposeAsync();
        await session.DisposeAsync();
        await bed.Server.WaitForIdleAsync(SmtpBed.Token);
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Quit));
    }

    private static async Task<MailTransportException> OpenFaultAsync(SmtpBed bed) =>
        await Assert.ThrowsAsync<MailTransportException>(() => bed.Transport.OpenAsync(SmtpBed.Token).AsTask());
}
