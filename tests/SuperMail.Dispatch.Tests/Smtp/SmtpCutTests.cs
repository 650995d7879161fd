using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpCutTests
{
    public static TheoryData<WireMode, bool> Cuts
    {
        get
        {
            var cuts = new TheoryData<WireMode, bool>();
            foreach (var mode in Enum.GetValues<WireMode>())
            {
                cuts.Add(mode, true);
                cuts.Add(mode, false);
            }

            return cuts;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Cut_at_any_octet_the_account_agrees_with_the_server(WireMode mode, bool ofClient)
    {
        await using var bed = SmtpBed.Start(mode);
        for (var octets = 0; ; octets++)
        {
            await using var relay = new CuttingRelay(bed.Server.EndPoint, octets, ofClient);
            bed.Settings.Port = relay.Port;
            var mails = SmtpBed.Mails($"a{octets}", $"b{octets}", $"c{octets}");
            var feed = new TestFeed(mails);
            var isWhole = await TrySendAsync(bed, feed);
            await bed.Server.WaitForIdleAsync(SmtpBed.Token);
            var taken = bed.Server.Messages.Select(m => m.Recipients.Single()).ToHashSet();
            Assert.All(mails.Take(feed.Pulled), mail => Assert.NotNull(mail.Kind));
            Assert.All(mails.Skip(feed.Pulled), mail => Assert.Null(mail.Kind));
            Assert.All(mails, mail => Assert.True(
                mail.Kind switch
                {
                    VerdictKind.Sent => taken.Contains(mail.To),
                    VerdictKind.InDoubt => true,
                    _ => !taken.Contains(mail.To),
                },
                $"{mode} cut after {octets} octets: {mail.To} is {mail.Kind}"));
            Assert.InRange(mails.Count(mail => mail.Kind == VerdictKind.InDoubt), 0, 1);
            if (isWhole && mails.All(mail => mail.Kind == VerdictKind.Sent))
            {
                return;
            }
        }
    }

    private static async Task<bool> TrySendAsync(SmtpBed bed, TestFeed feed)
    {
        try
        {
            return await bed.SendAsync(feed) is null;
        }
        catch (MailTransportException e)
        {
            Assert.Equal(TransportFault.Connection, e.Fault);
            return false;
        }
    }
}
