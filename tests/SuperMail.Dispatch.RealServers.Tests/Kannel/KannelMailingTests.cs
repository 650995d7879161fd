using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Kannel;

public sealed class KannelMailingTests
{
    private const int Total = 500;

    private static CancellationToken Token => KannelBed.Token;

    [Fact]
    public async Task A_mailing_of_five_hundred_arrives_and_the_state_of_each_recipient_follows_the_phone()
    {
        await using var bed = await KannelBed.StartAsync();
        var services = new ServiceCollection();
        services.AddMailingDispatch(s =>
        {
            (s.Sms.Module, s.Sms.PluginConfiguration) = ("kannel", bed.PluginText);
            (s.Sms.Sender, s.Sms.DefaultCountryCode) = ("Example", "+44");
            (s.Sms.DeliveryReports, s.Sms.CallbackUrl) = (true, bed.CallbackUrl.ToString());
        }).AddSmsGateways();
        await using var provider = services.BuildServiceProvider();
        var dispatcher = provider.GetRequiredService<IMailingDispatcher>();

        var report = await dispatcher.SendAsync(new SmsMailing("Reminders", "{{Greeting}} {{No}} & 100 % [€]", People()), cancellationToken: Token);

        Assert.Equal((MailingState.Completed, (long)Total), (report.State, report.Counts.Sent));
        var arrived = await bed.Smsc.WaitForAsync((int)report.Sms!.Value.Segments, Token);
        Assert.Equal(Enumerable.Range(0, Total).Select(Number).Order(), arrived.Where(static s => s.Part is null or (1, _)).Select(static s => s.To).Order());
        Assert.Equal(Total / 5, arrived.Count(static s => s.IsUcs2));
        Assert.Contains("Hello 499 & 100 % [€]", arrived.Select(static s => s.Text));

        var receipts = await bed.FinalReceiptsAsync(Total);
        await dispatcher.RecordReceiptsAsync([.. receipts.Values], Token);
        for (var i = 0; i < Total; i++)
        {
            Assert.Equal(RecipientState.Delivered, (await dispatcher.GetRecipientAsync(report.Id, i, Token))!.State);
        }
    }

    private static IEnumerable<Recipient> People() => Enumerable.Range(0, Total).Select(i => new Recipient($"0{Number(i)[3..]}")
    {
        Fields = new Dictionary<string, string?>
        {
            ["Greeting"] = i % 5 == 0 ? "日本" : "Hello",
            ["No"] = i.ToString(CultureInfo.InvariantCulture),
        },
    });

    private static string Number(int i) => $"+4477009{i.ToString("00000", CultureInfo.InvariantCulture)}";
}
