using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Inputs;

/// <summary>
/// What is refused before anything is sent: read as a user reads it, an error says what is wrong (a name), what it is
/// now (a value, never a secret) and what it must be (a rule).
/// </summary>
public sealed class DoorTests
{
    [Fact]
    public void Missing_and_contradictory_settings_are_one_error_with_a_line_for_each()
    {
        var refused = Assert.Throws<MailingSettingsException>(() => new DispatcherUnderTest(static s =>
        {
            (s.Email.Host, s.Email.Port, s.Email.SmtpThreads) = ("bad host", 70_000, 0);
            (s.Email.UserName, s.Email.Password) = (null, "a-secret");
        }));

        var lines = refused.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] expected =
        [
            "The mailing settings have 4 faults:",
            "Mailing:Email:SmtpThreads = 0: must be 1 to 200.",
            "Mailing:Email:Host = 'bad host': must be a host name or IP address without blanks or control characters.",
            "Mailing:Email:Port = 70000: must be 1 to 65,535.",
            "Mailing:Email:UserName = (not set): must be set when Password is: both or neither.",
        ];
        Assert.Equal(expected, lines);
        Assert.DoesNotContain("a-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_From_that_is_no_registered_mailbox_is_refused_and_the_registered_ones_are_named()
    {
        await using var attacked = new AttackedDispatcher();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(
            () => attacked.SendAsync(new EmailMailing("T", Plain, [new Recipient("bob@example.com")]) { From = "ceo@example.org" }));
        Assert.Contains("ceo@example.org", refused.Message, StringComparison.Ordinal);
        Assert.Contains("news@example.org", refused.Message, StringComparison.Ordinal);
        Assert.Empty(attacked.Relay.Connections);
    }

    [Fact]
    public async Task An_empty_mailing_completes_at_once_and_opens_no_connection()
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(Plain);
        Assert.Equal((MailingState.Completed, 0L), (report.State, report.Counts.Accepted));
        Assert.Empty(attacked.Relay.Connections);
    }

    [Theory]
    [InlineData("Dear {{Nmae}}", "Text, line 1, column 6: the tag 'Nmae' is unknown and has no fallback. Known: Name;")]
    [InlineData("Dear\n {{Name", "Text, line 2, column 2: the tag is not closed with '}}'.")]
    [InlineData("{{ }}", "Text, line 1, column 1: the tag names no field.")]
    public async Task A_template_with_an_unknown_or_unclosed_tag_is_refused_with_tag_part_and_position(string text, string error)
    {
        await using var attacked = new AttackedDispatcher();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => attacked.SendAsync(
            Plain with { Text = text }, new Recipient("bob@example.com") { Fields = new Dictionary<string, string?> { ["Name"] = "B" } }));
        Assert.StartsWith(error, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subject_or_a_header_that_is_null_is_refused_by_name()
    {
        await using var attacked = new AttackedDispatcher();
        Task<MailingRefusedException> Refused(EmailContent content) =>
            Assert.ThrowsAsync<MailingRefusedException>(() => attacked.SendAsync(content, new Recipient("bob@example.com")));
        Assert.StartsWith("Subject: ", (await Refused(Plain with { Subject = null! })).Message, StringComparison.Ordinal);
        Assert.StartsWith("header 'X-A': ", (await Refused(Plain with { Headers = [new("X-A", null!)] })).Message, StringComparison.Ordinal);
        Assert.StartsWith("Headers: ", (await Refused(Plain with { Headers = [new(null!, "x")] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such file.pdf", "FileNotFoundException")]
    [InlineData("no such folder/x.pdf", "DirectoryNotFoundException")]
    [InlineData("nul\0.pdf", "ArgumentException")]
    [InlineData("two\r\nlines.pdf", "FileNotFoundException")]
    public async Task An_attachment_that_cannot_be_read_refuses_the_mailing_in_one_line_with_its_name(string name, string why)
    {
        await using var attacked = new AttackedDispatcher();
        var path = Path.Combine(Path.GetTempPath(), "supermail-attachments", name);
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(
            () => attacked.SendAsync(Plain with { Attachments = [Attachment.FromFile(path)] }, new Recipient("bob@example.com")));
        Assert.StartsWith("Attachment '", refused.Message, StringComparison.Ordinal);
        Assert.Contains(".pdf' cannot be read: ", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Message.Contains(why, StringComparison.Ordinal) || refused.Message.Contains("DirectoryNotFoundException", StringComparison.Ordinal));
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public async Task A_locked_attachment_refuses_the_mailing()
    {
        await using var attacked = new AttackedDispatcher();
        var path = Path.GetTempFileName();
        try
        {
            await using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var refused = await Assert.ThrowsAsync<MailingRefusedException>(
                () => attacked.SendAsync(Plain with { Attachments = [Attachment.FromFile(path)] }, new Recipient("bob@example.com")));
            Assert.StartsWith($"Attachment '{Path.GetFileName(path)}' cannot be read: IOException", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_message_over_the_relays_SIZE_fails_with_5_3_4_before_its_MAIL()
    {
        await using var attacked = new AttackedDispatcher(relay: static options => options.SizeLimit = 50_000);
        var report = await attacked.SendAsync(
            Plain with { Attachments = [Attachment.FromBytes("big.bin", new byte[60_000])] }, new Recipient("bob@example.com"));
        var status = await attacked.Dispatcher.GetRecipientAsync(report.Id, 0, DispatcherUnderTest.Token);
        Assert.Equal((RecipientState.Failed, "5.3.4"), (status!.State, status.Failure!.EnhancedCode.ToString()));
        Assert.Contains("the relay takes at most 50000 (SIZE)", status.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(0, attacked.Relay.CountOf(SmtpVerb.Mail));
    }
}
