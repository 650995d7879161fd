using System.Reflection;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Telemetry;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpMessageRuleTests
{
    public static TheoryData<WireMode> Modes => SmtpBed.AllModes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_message_that_is_too_large_fails_before_its_MAIL(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.SizeLimit = 1000);
        TestMail[] mails = [new("a@example.net"), new("b@example.net", new string('x', 1001)), new("c@example.net", new string('.', 998) + "\r\n")];
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Failed, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal((new EnhancedStatusCode(5, 3, 4), DeliveryPhase.Composing), (mails[1].Verdict!.EnhancedCode, mails[1].Verdict!.Phase));
        Assert.Equal(2, bed.Server.CountOf(SmtpVerb.Mail));
    }

    [Fact]
    public async Task SIZE_is_said_from_64_KiB_up_counted_before_stuffing()
    {
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        TestMail small = new("a@example.net", new string('.', 65535)), large = new("b@example.net", string.Concat(Enumerable.Repeat(".\r\n", 30_000)));
        Assert.Null(await bed.SendAsync(small, large));
        Assert.False(bed.Server.Messages[0].MailParameters.ContainsKey("SIZE"));
        Assert.Equal("90000", bed.Server.Messages[1].MailParameters["SIZE"]);
    }

    [Fact]
    public async Task SMTPUTF8_is_said_only_when_needed_and_fails_its_message_where_it_is_not_offered()
    {
        foreach (var isOffered in new[] { true, false })
        {
            await using var bed = SmtpBed.Start(configure: options => options.SmtpUtf8 = isOffered);
            TestMail plain = new("a@example.net"), utf8 = new TestMail("b@example.net").WithUtf8Headers();
            Assert.Null(await bed.SendAsync(plain, utf8));
            Assert.False(bed.Server.Messages[0].MailParameters.ContainsKey("SMTPUTF8"));
            Assert.Equal(isOffered ? VerdictKind.Sent : VerdictKind.Failed, utf8.Kind);
            Assert.Contains(isOffered ? "SMTPUTF8" : "", string.Concat(bed.Server.Messages[^1].MailParameters.Keys), StringComparison.Ordinal);
            if (!isOffered)
            {
                Assert.Contains("SMTPUTF8", utf8.Verdict!.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Eight_bit_content_declares_itself_or_fails_5_6_3()
    {
        foreach (var isOffered in new[] { true, false })
        {
            await using var bed = SmtpBed.Start(configure: options => options.EightBitMime = isOffered);
            var mail = new TestMail("a@example.net", "Subject: x\r\n\r\nåäö\r\n").With8Bit();
            Assert.Null(await bed.SendAsync(mail));
            Assert.Equal(isOffered ? VerdictKind.Sent : VerdictKind.Failed, mail.Kind);
            if (isOffered)
            {
                Assert.Equal("8BITMIME", bed.Server.Messages.Single().MailParameters["BODY"]);
            }
            else
            {
                Assert.Equal(new EnhancedStatusCode(5, 6, 3), mail.Verdict!.EnhancedCode);
            }
        }
    }

    [Theory]
    [InlineData(DsnNotify.Default, null)]
    [InlineData(DsnNotify.Never, "NEVER")]
    [InlineData(DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, "SUCCESS,FAILURE,DELAY")]
    [InlineData(DsnNotify.Delay, "DELAY")]
    public async Task DSN_is_asked_for_as_wanted_where_it_is_offered(DsnNotify notify, string? expected)
    {
        await using var bed = SmtpBed.Start();
        Assert.Null(await bed.SendAsync(new TestMail("a@example.net", dsn: notify)));
        Assert.Equal(expected, bed.Server.Messages[0].RecipientParameters[0].GetValueOrDefault("NOTIFY"));
        bed.Server.Options.Dsn = false;
        Assert.Null(await bed.SendAsync(new TestMail("b@example.net", dsn: notify)));
        Assert.Empty(bed.Server.Messages[1].RecipientParameters[0]);
    }

    [Fact]
    public async Task The_null_reverse_path_is_two_brackets()
    {
        await using var bed = SmtpBed.Start();
        Assert.Null(await bed.SendAsync(new TestMail("a@example.net", from: null)));
        Assert.Contains("MAIL FROM:<>", await bed.LinesAsync());
    }

    [Theory]
    [InlineData("\r\nRCPT TO:<evil@example.com")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("\"a\r\nDATA\"")]
    [InlineData("x> ORCPT=rfc822;evil")]
    [InlineData("a b")]
    public async Task An_address_that_would_make_commands_fails_its_message_and_is_not_repeated(string localPart)
    {
        // The parser lets none of these through; the writer is the second door.
        var address = (EmailAddress)Activator.CreateInstance(
            typeof(EmailAddress), BindingFlags.NonPublic | BindingFlags.Instance, null, [$"{localPart}@example.net", localPart.Length, "example.net", false], null)!;
        Assert.False(CommandWriter.IsSafe(address));
        await using var bed = SmtpBed.Start();
        var mail = new TestMail("evil@example.net");
        typeof(OutgoingMessage).GetProperty(nameof(OutgoingMessage.Envelope))!.SetValue(mail, mail.Envelope with { To = address });
        var good = new TestMail("good@example.net");
        Assert.Null(await bed.SendAsync(mail, good));
        Assert.Equal([VerdictKind.Failed, VerdictKind.Sent], [mail.Kind, good.Kind]);
        Assert.DoesNotContain("evil", mail.Verdict!.Text, StringComparison.Ordinal);
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Rcpt));
    }

    [Theory]
    [InlineData("no address here", "no address here")]
    [InlineData("<jane.doe@example.org>: unknown", "<j***@example.org>: unknown")]
    [InlineData("a@b.c,second+tag@example.com", "a***@b.c,s***@example.com")]
    [InlineData("\"john doe\"@example.org is full", "***@example.org is full")]
    [InlineData("@@x a@", "@@x a***@")]
    public void Addresses_in_texts_are_masked(string text, string expected) => Assert.Equal(expected, AddressMask.Mask(text));
}
