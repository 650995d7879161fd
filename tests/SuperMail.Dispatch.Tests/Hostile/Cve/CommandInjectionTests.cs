using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// CR LF in an envelope address becomes commands: CVE-2026-30227, CVE-2025-7962, CVE-2015-8476, CVE-2015-9096,
/// CPython #87290. And elsewhere in a command: GHSA-c7w3-x93f-qmm8, GHSA-vvjj-xcjg-gr5g.
/// </summary>
public sealed class CommandInjectionTests
{
    private const string Injected = "\r\nRCPT TO:<eve@evil.example>";

    [Theory]
    [InlineData($"bob@example.com{Injected}")]
    [InlineData($"\"bob{Injected}\r\n\"@example.com")]
    [InlineData($"bob{Injected}@example.com")]
    [InlineData("bob@example.com\nDATA")]
    [InlineData("bob@example.com\rDATA")]
    [InlineData("\"bob\0\"@example.com")]
    [InlineData("bob\u007f@example.com")]
    [InlineData("bob@exam\u0085ple.com")]
    [InlineData("bob\u2028@example.com")]
    [InlineData("bob@example.com ")]
    public async Task An_address_with_a_control_character_or_a_blank_fails_its_recipient_and_makes_no_command(string address)
    {
        await using var attacked = new AttackedDispatcher();

        var report = await attacked.SendAsync(Plain, new("first@example.com"), new(address), new("last@example.com"));

        Assert.Equal((2L, 1L), (report.Counts.Sent, report.Counts.Failed));
        Assert.Equal(2, attacked.Commands().Count(static line => line.StartsWith("RCPT ", StringComparison.Ordinal)));
        Assert.DoesNotContain(attacked.Commands(), static line => line.Contains("evil", StringComparison.Ordinal) || line == "DATA");
        Assert.DoesNotContain("bob", await attacked.FailureAsync(report, 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x{{V}}@example.org", $"1{Injected}")]
    [InlineData("x{{V}}@example.org", "1@example.org> SIZE=1")]
    [InlineData("\"x{{V}}\"@example.org", "1\"\r\nDATA\r\n")]
    public async Task A_value_in_the_envelope_sender_fails_its_recipient_and_makes_no_command(string envelopeFrom, string value)
    {
        await using var attacked = new AttackedDispatcher();
        Recipient[] people =
        [
            new("bob@example.com") { Fields = new Dictionary<string, string?> { ["V"] = value } },
            new("ann@example.com") { Fields = new Dictionary<string, string?> { ["V"] = "2" } },
        ];

        var report = await attacked.SendAsync(new EmailMailing("VERP", Plain, people) { EnvelopeFrom = envelopeFrom });

        Assert.Equal((1L, 1L), (report.Counts.Sent, report.Counts.Failed));
        Assert.Equal(1, attacked.Relay.CountOf(SmtpVerb.Mail));
        Assert.DoesNotContain("evil", await attacked.FailureAsync(report, 0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relay.example\r\nMAIL FROM:<eve@evil.example>")]
    [InlineData("relay.example SIZE=1")]
    public async Task A_name_for_EHLO_with_more_in_it_is_refused_before_anything_is_sent(string name)
    {
        await using var relay = SmtpTestServer.Start();

        var refused = Assert.Throws<MailingSettingsException>(() => new DispatcherUnderTest(s => s.Email.LocalName = name, server: relay));

        Assert.StartsWith("Mailing:Email:LocalName = 'relay.example", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Message, char.IsControl);
        Assert.Empty(relay.Connections);
    }

    [Fact]
    public async Task A_size_is_a_number_that_was_counted()
    {
        await using var attacked = new AttackedDispatcher();
        await attacked.SendAsync(Plain with { Text = new string('x', 100_000) }, new Recipient("bob@example.com"));
        Assert.Equal($"{attacked.Relay.Messages.Single().Content.Length}", attacked.Relay.Messages.Single().MailParameters["SIZE"]);
    }
}
