using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch;

// A gateway of one's own: a modem on this desk that prints what it would send. The dispatcher does the rest: merge
// fields, numbers, segments, retries, in doubt, pauses, the account.
var services = new ServiceCollection();
services.AddMailingDispatch(settings => settings.Sms.DefaultCountryCode = "+44").UseSmsGateway(new DeskModem());
await using var provider = services.BuildServiceProvider();
var dispatcher = provider.GetRequiredService<IMailingDispatcher>();

var report = await dispatcher.SendAsync(new SmsMailing("Reminder", "Dear {{name}}, see you at {{time|noon}}.",
[
    new Recipient("07700 900001") { Fields = new Dictionary<string, string?> { ["name"] = "Ada", ["time"] = "nine" } },
    new Recipient("+44 (0)7700 900002") { Fields = new Dictionary<string, string?> { ["name"] = "Grace" } },
    new Recipient("nobody's number") { Fields = new Dictionary<string, string?> { ["name"] = "Nobody" } },
]));
await foreach (var failed in dispatcher.GetOutcomesAsync(report.Id, new OutcomeFilter { States = [RecipientState.Failed] }))
{
    Console.WriteLine($"recipient {failed.Ordinal + 1}: {failed.Reason}, {failed.Failure?.Text}");
}

Console.WriteLine($"report: {report}; {report.Sms?.Segments} segments");

internal sealed class DeskModem : ISmsGateway
{
    public string Name => "desk";

    // One text at a time, no emoji, nothing beyond three segments: what goes beyond fails before the modem hears of it.
    public SmsGatewayCapabilities Capabilities { get; } = new() { MaxBatch = 1, AstralCharacters = false, MaxSegments = 3, SuggestedSegmentsPerSecond = 10 };

    public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
    {
        var message = messages[0];
        try
        {
            await Console.Out.WriteLineAsync($"{message.To}: {message.Text}".AsMemory(), cancellationToken);
            return [SmsSendResult.Accepted(message, SmsSegments.Count(message.Text, message.Encoding).Segments, message.Id)];
        }
        catch (OperationCanceledException)
        {
            return [SmsSendResult.Retry(message, SmsErrorClass.Temporary)]; // surely not taken
        }
        catch (IOException)
        {
            return [SmsSendResult.Unknown(message, SmsErrorClass.Timeout)]; // may have left: in doubt, never sent twice
        }
    }
}
