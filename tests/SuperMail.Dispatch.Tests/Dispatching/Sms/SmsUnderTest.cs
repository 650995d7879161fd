using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A dispatcher over a fake SMS gateway, with everything a test may want to set.</summary>
internal sealed class SmsUnderTest : IAsyncDisposable
{
    private readonly DispatcherUnderTest _under;

    public SmsUnderTest(
        Action<MailingSettings>? settings = null,
        SmsGatewayCapabilities? capabilities = null,
        TimeProvider? time = null,
        Action<MailingDispatchBuilder>? build = null,
        RecordingTransport? transport = null)
    {
        Fake = new FakeSmsGateway(capabilities, time);
        _under = new DispatcherUnderTest(
            s =>
            {
                s.Sms.DefaultCountryCode = "+44";
                settings?.Invoke(s);
            },
            b =>
            {
                b.UseSmsGateway(Fake);
                build?.Invoke(b);
            },
            transport ?? new RecordingTransport(),
            time);
        Fake.OnReceipts = receipts => Dispatcher.RecordReceiptsAsync(receipts);
    }

    public FakeSmsGateway Fake { get; }

    public IMailingDispatcher Dispatcher => _under.Dispatcher;

    public IServiceProvider Services => _under.Services;

    public static CancellationToken Token => DispatcherUnderTest.Token;

    /// <summary>Numbers that Ofcom keeps for drama: +44 7700 900000 to 900999.</summary>
    public static string Number(int n) => $"+447700900{n:D3}";

    public static IEnumerable<Recipient> Phones(int count) => Enumerable.Range(0, count)
        .Select(n => new Recipient(Number(n)) { Fields = new Dictionary<string, string?> { ["Name"] = $"N{n}" } });

    public static SmsMailing Mailing(int count, string text = "Dear {{Name}}, hello.") => new("Test", text, Phones(count));

    public static SmsMailing To(params string?[] numbers) => new("Test", "Hello.", numbers.Select(static n => new Recipient(n)));

    public Task<MailingReport> SendAsync(SmsMailing mailing) => Dispatcher.SendAsync(mailing, cancellationToken: Token);

    public async Task<List<RecipientOutcome>> OutcomesAsync(MailingId mailing)
    {
        var found = new List<RecipientOutcome>();
        await foreach (var outcome in Dispatcher.GetOutcomesAsync(mailing, cancellationToken: Token))
        {
            found.Add(outcome);
        }

        return [.. found.OrderBy(static o => o.Ordinal)];
    }

    public ValueTask DisposeAsync() => _under.DisposeAsync();
}
