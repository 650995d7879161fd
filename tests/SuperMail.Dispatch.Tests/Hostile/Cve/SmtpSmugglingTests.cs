using System.Text;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Composing;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// Dot-stuffing and SMTP smuggling: CVE-2023-51764, -51765, -51766; clients: CVE-2026-50659, CVE-2021-38189,
/// RUSTSEC-2026-0561. BDAT smuggling: go-smtp #315.
/// </summary>
public sealed class SmtpSmugglingTests
{
    private const string Second = "MAIL FROM:<eve@evil.example>\r\nRCPT TO:<mallory@evil.example>\r\nDATA\r\nSubject: second\r\n\r\nx";

    public static readonly TheoryData<string, bool> Endings = new MatrixTheoryData<string, bool>(
        ["\n.\n", "\r.\r", "\r\n.\r\n", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\r\n.\r\r\n", "\r\n.\r", "\0\r\n.\r\n", "\r\n\0.\r\n", "\r\n..\r\n", "\n\n.\n\n"], [true, false]);

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Whatever_ends_data_elsewhere_ends_nothing_here(string ending, bool byBdat)
    {
        var attack = $"Hello{ending}{Second}{ending}";
        await using var attacked = new AttackedDispatcher(byBdat);
        var fields = new Dictionary<string, string?> { ["V"] = attack };
        TemplateContent[] contents =
        [
            new() { Subject = "S", Text = attack.Replace("\0", "", StringComparison.Ordinal) }, new() { Subject = "S", Text = "{{V}}" },
            new() { Subject = "S", Html = "<p>{{V}}</p>" }, new() { Subject = "{{V}}", Text = "T" },
        ];
        foreach (var content in contents)
        {
            Assert.Equal(1, (await attacked.SendAsync(content, new Recipient("bob@example.com") { Fields = fields })).Counts.Sent);
        }

        Assert.Equal(contents.Length, attacked.Relay.Messages.Count);
        Assert.DoesNotContain(attacked.Commands(), static line => line.Contains("evil", StringComparison.Ordinal));
        Assert.All(attacked.Relay.Messages, static message => Composed.AssertWireForm(message.Content.Span));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Whole_messages_made_elsewhere_are_put_in_order_or_refused(string ending, bool byBdat)
    {
        await using var attacked = new AttackedDispatcher(byBdat);
        var raw = Encoding.UTF8.GetBytes($"Subject: first\r\n\r\nHello{ending}{Second}{ending}");

        var report = await attacked.SendAsync(EmailContent.RawPerRecipient, new Recipient("bob@example.com") { RawMessage = raw });

        Assert.Equal(ending.Contains('\0', StringComparison.Ordinal) ? (0L, 1L) : (1L, 0L), (report.Counts.Sent, report.Counts.Failed));
        Assert.DoesNotContain(attacked.Commands(), static line => line.Contains("evil", StringComparison.Ordinal));
        Assert.All(attacked.Relay.Messages, static message => Composed.AssertWireForm(message.Content.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dot_at_the_start_of_a_line_is_the_same_wherever_a_buffer_ends(bool byBdat)
    {
        // Lines of a lone dot, four octets once it is doubled, over several blocks of 64 KiB: of eight shifts, two or more
        // put a dot right behind the end of a block, where it would end the data if it were not doubled.
        const int Shifts = 8;
        await using var attacked = new AttackedDispatcher(byBdat);
        var dots = Encoding.ASCII.GetBytes("\r\n" + string.Concat(Enumerable.Repeat(".\r\n", 60_000)));
        Recipient[] people = [.. Enumerable.Range(0, Shifts).Select(i => new Recipient($"p{i}@example.com") { RawMessage = Shifted(dots, i) })];

        Assert.Equal(Shifts, (await attacked.SendAsync(EmailContent.RawPerRecipient, people)).Counts.Sent);

        Assert.Equal(people.Select(static p => p.RawMessage.ToArray()), attacked.Relay.Messages.Select(static m => m.Content.ToArray()));

        static byte[] Shifted(byte[] raw, int by) => [.. Encoding.ASCII.GetBytes($"X: {new string('y', by)}\r\n"), .. raw];
    }

    [Fact]
    public async Task A_relay_that_reads_refused_chunks_as_commands_is_told_nothing_by_a_message()
    {
        await using var attacked = new AttackedDispatcher(relay: static options => options.ReadRefusedChunksAsCommands = true);
        attacked.Relay.On(SmtpVerb.Rcpt, "550 5.1.1 no", when: static c => c.Argument.Contains("bad", StringComparison.Ordinal));
        var raw = Encoding.ASCII.GetBytes($"RSET: x\r\n\r\n{Second}\r\n");
        Recipient[] people = [.. Enumerable.Range(0, 20).Select(i => new Recipient($"{(i % 3 == 1 ? "bad" : "ok")}{i}@example.com") { RawMessage = raw })];

        var report = await attacked.SendAsync(EmailContent.RawPerRecipient, people);

        Assert.Equal((13L, 7L), (report.Counts.Sent, report.Counts.Failed));
        Assert.DoesNotContain(attacked.Commands(), static line => line.Contains("evil", StringComparison.Ordinal));
    }
}
