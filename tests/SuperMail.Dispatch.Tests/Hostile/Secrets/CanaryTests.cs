using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Hosting;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hostile.Secrets;

/// <summary>faults.md: a canary password and address must not be found where they do not belong.</summary>
public class CanaryTests
{
    private const string Password = "canary-p4ssw0rd";
    private const string Person = "canary-person";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neither_passwords_nor_addresses_are_in_logs_traces_metrics_or_exceptions(bool wrongPassword)
    {
        await using var server = SmtpTestServer.Start(o =>
        {
            o.AuthMechanisms = ["PLAIN", "LOGIN"];
            o.RequireAuthentication = true;
            (o.UserName, o.Password) = ("relay-user", wrongPassword ? "another" : Password);
        });
        // A relay says back what it was told.
        server.On(SmtpVerb.Auth, SmtpAction.Default);
        server.On(SmtpVerb.Rcpt, $"550 5.1.1 <{Person}1@example.com>: no such user", when: static c => c.Argument.Contains($"{Person}1@", StringComparison.Ordinal));
        server.On(SmtpVerb.Rcpt, $"451 4.2.1 {Person}2@example.com is greylisted", when: static c => c.Argument.Contains($"{Person}2@", StringComparison.Ordinal));
        server.On(SmtpVerb.Rcpt, $"421 4.3.2 {Person}3@example.com is too much", when: static c => c.Argument.Contains($"{Person}3@", StringComparison.Ordinal), times: 1);
        server.On(SmtpVerb.EndOfData, $"554 5.7.1 message to \"{Person}5\"@example.com looks bad", times: 1);
        server.On(SmtpVerb.EndOfData, SmtpAction.Reset, times: 1);
        server.On(SmtpVerb.Mail, $"250 ok {Person}9@example.com and garbage\r\n999 {Person}9@example.com", times: 1);

        using var measured = new Measured();
        await using var tested = new HostUnderTest(
            settings: ChangeableSettings.Valid(server).Email("UserName", "relay-user").Email("Password", Password).Email("SmtpThreads", "1")
                .Email("Retry:MaxAttempts", "1").Email("MaxEmailsPerConnection", "5"));
        await tested.StartAsync();
        Recipient[] recipients = [.. People(20, Person), new($"{Person} bad@example.com"), new($"{Person}1@example.com"), new($"{Person}@@example.com")];
        var ended = await Record.ExceptionAsync(() => tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, recipients), cancellationToken: Token));
        Assert.Equal(wrongPassword, ended is MailingPausedException);
        var test = await Record.ExceptionAsync(() => tested.Services.GetRequiredService<IMailingTester>().SendEmailAsync(Mailing(1, Person), Token));
        await tested.StopAsync(Token);

        var everything = tested.Log.Entries.Select(static e => e.Everything)
            .Concat(measured.Tags)
            .Append($"{ended}")
            .Append($"{test}")
            .Append((await tested.HealthAsync()).Description ?? "")
            .ToArray();
        Assert.NotEmpty(wrongPassword ? tested.Log.Of(1002) : tested.Log.Of(2008));
        Assert.NotEmpty(measured.Tags);
        Assert.DoesNotContain(everything, static e => e.Contains(Password, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(everything, static e => e.Contains(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Password)).TrimEnd('='), StringComparison.Ordinal));
        Assert.DoesNotContain(everything, static e => e.Contains(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0relay-user\0{Password}")), StringComparison.Ordinal));
        Assert.DoesNotContain(everything, static e => e.Contains(Person, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_operator_who_wants_addresses_in_the_log_gets_them_there_and_nowhere_else()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, $"550 5.7.1 <{Person}0@example.com>: relay access denied");
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid(server).With("Mailing:LogAddresses", "true"));
        await tested.StartAsync();
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(10, Person), cancellationToken: Token));
        Assert.Contains(tested.Log.Of(2008), static e => e.Sentence.Contains($"{Person}0@example.com", StringComparison.Ordinal));
        Assert.DoesNotContain(Person, paused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_do_not_show_their_secrets()
    {
        var settings = new EmailSettings { Password = Password, ClientCertificatePassword = Password };
        Assert.DoesNotContain(Password, settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, new MailingSettings { Email = settings }.ToString(), StringComparison.Ordinal);
    }
}
