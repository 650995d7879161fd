using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Telemetry;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Hosting;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hostile.Secrets;

/// <summary>A relay that says back what it heard, in each of the ways that relays do: nobody else may hear it from us.</summary>
public sealed class EchoTests
{
    private const string User = "canary-user";
    private const string Password = "canary-p4ssw0rd";
    private const string Token = "canary-t0ken-0123456789";
    private const string Person = "canary-person";

    private static readonly string s_plain = Base64($"\0{User}\0{Password}");

    /// <summary>What is asked, how the relay refuses it, and whether the login is by token.</summary>
    public static readonly TheoryData<SmtpVerb, string, bool> Echoes = new()
    {
        { SmtpVerb.Auth, $"535 5.7.8 AUTH PLAIN {s_plain} is wrong", false },
        { SmtpVerb.Auth, $"535 5.7.8 {Password} is not the password of {User}", false },
        { SmtpVerb.Auth, $"535-5.7.8 user={User.ToUpperInvariant()}\n535 5.7.8 pass={Password}", false },
        { SmtpVerb.Auth, $"454 4.7.0 cannot look up {User}", false },
        { SmtpVerb.Auth, $"421 4.7.0 {User} again? go away", false },
        { SmtpVerb.Auth, $"535 5.7.8 the token {Token} has expired", true },
        { SmtpVerb.Auth, $"535 5.7.8 {Base64($"user={User}\u0001auth=Bearer {Token}\u0001\u0001")}", true },
        { SmtpVerb.Mail, $"553 5.7.1 <news@example.org>: not owned by user {User}", false },
        { SmtpVerb.Mail, $"421 4.7.0 {User} sends too much", false },
        { SmtpVerb.Rcpt, $"554 5.7.1 relaying denied for {User}", false },
        { SmtpVerb.EndOfData, $"554 5.7.1 quota of {User} is used up", false },
    };

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task No_part_of_a_login_is_repeated_from_a_relays_reply(SmtpVerb verb, string reply, bool byToken)
    {
        await using var relay = SmtpTestServer.Start(options =>
        {
            options.AuthMechanisms = [byToken ? "XOAUTH2" : "PLAIN"];
            (options.UserName, options.Password, options.AccessToken) = (User, Password, Token);
        });
        relay.On(verb, reply);
        var settings = ChangeableSettings.Valid(relay).Email("UserName", User).Email("SmtpThreads", "1")
            .Email("Retry:MaxAttempts", "1").Email("CheckSmtpRecipient", "check@example.com");
        var said = await EverythingSaidAsync(byToken ? settings : settings.Email("Password", Password), byToken, relay, verb);

        Assert.NotEmpty(said);
        foreach (var secret in (string[])[User, Password, Token, s_plain.TrimEnd('='), Base64(User), Base64(Password), Base64($"user={User}\u0001auth=Bearer {Token}\u0001\u0001").TrimEnd('=')])
        {
            Assert.DoesNotContain(said, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData($"550 5.1.1 user {Person} unknown")]
    [InlineData($"550 5.1.1 {Person}@example.com unknown")]
    [InlineData($"550 5.1.1 see https://relay.test/why?to={Person}%40example.com")]
    [InlineData($"550 5.1.1 rfc822;{Person}+40example.com")]
    [InlineData($"550 5.1.1 \"{Person} \\\" x\"@example.com")]
    [InlineData($"550 5.1.1 {Person}＠example.com")]
    [InlineData($"450 4.2.1 {Person} is greylisted")]
    public async Task No_recipient_is_named_in_a_log_however_a_relay_spells_it(string reply)
    {
        await using var relay = SmtpTestServer.Start();
        relay.On(SmtpVerb.Rcpt, reply);
        using var measured = new Measured();
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid(relay).Email("Retry:MaxAttempts", "1"));
        await tested.StartAsync();
        var report = await tested.Dispatcher.SendAsync(
            new EmailMailing("T", Hello, [new Recipient($"{Person}@example.com") { Fields = new Dictionary<string, string?> { ["Name"] = Person } }]),
            new SendOptions { Until = SendUntil.FirstPass }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0, report.Counts.Sent);
        await tested.StopAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(tested.Log.Of(2008));
        Assert.DoesNotContain(tested.Log.Entries, static e => e.Everything.Contains(Person, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(measured.Tags, static tag => tag.Contains(Person, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("\"a\\\"b c\"@example.org is full", "***@example.org is full")]
    [InlineData("q=jane%40example.org&x", "q***%40example.org&x")]
    [InlineData("jane=40example.org", "j***=40example.org")]
    [InlineData("size=4096 of 40% (+40 720)", "size=4096 of 40% (+40 720)")]
    [InlineData("100%40", "1***%40")]
    public void Encoded_and_quoted_addresses_are_masked_and_numbers_are_not(string text, string expected) => Assert.Equal(expected, AddressMask.Mask(text));

    private static async Task<string[]> EverythingSaidAsync(ChangeableSettings settings, bool byToken, SmtpTestServer relay, SmtpVerb verb)
    {
        using var measured = new Measured();
        await using var tested = new HostUnderTest(settings: settings, build: byToken ? static b => b.UseTokenProvider(_ => new CanaryTokens()) : null);
        var said = new List<string>();
        await tested.StartAsync();
        var check = await tested.Services.GetRequiredService<ISmtpConnectionCheck>().CheckAsync(TestContext.Current.CancellationToken);
        said.AddRange([$"{check.Error}", .. check.Steps.Select(static step => $"{step}")]);
        var test = await Record.ExceptionAsync(() => tested.Services.GetRequiredService<IMailingTester>().SendEmailAsync(Mailing(1, "p"), TestContext.Current.CancellationToken));
        said.Add($"{test}");

        // Some of these faults last for ever: as soon as the relay has said it to the mailing, that is enough.
        var before = relay.CountOf(verb);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(4, "p"), TestContext.Current.CancellationToken);
        await relay.WaitForCommandAsync(verb, (int)before + 1, TestContext.Current.CancellationToken);
        await tested.StopAsync(TestContext.Current.CancellationToken);
        var status = await Record.ExceptionAsync(async () => said.Add($"{await tested.Dispatcher.GetStatusAsync(id, TestContext.Current.CancellationToken)}"));
        said.Add($"{status}");
        said.Add((await tested.HealthAsync()).Description ?? "");
        return [.. said, .. tested.Log.Entries.Select(static e => e.Everything), .. measured.Tags];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private sealed class CanaryTokens : ISmtpTokenProvider
    {
        public ValueTask<string> GetTokenAsync(string userName, bool refresh, CancellationToken cancellationToken) => new(Token);
    }
}
