namespace HostUnitTest;

/// <summary>Tests of the host, not of the library: they need no provider, no network and no clock.</summary>
public sealed class ReminderTests : IAsyncLifetime
{
    private readonly FakeSmsGateway _phones = new();
    private ServiceProvider _services = null!;

    private Reminders Reminders => new(_services.GetRequiredService<IMailingDispatcher>());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        var services = new ServiceCollection();
        services.AddMailingDispatch(s => s.Sms.DefaultCountryCode = "+44").UseSmsGateway(_phones);
        _services = services.BuildServiceProvider();
        _phones.OnReceipts = receipts => _services.GetRequiredService<IMailingDispatcher>().RecordReceiptsAsync(receipts, Token);
        return default;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Everybody_is_reminded_by_name()
    {
        Assert.Equal((2, 0), await Reminders.SendAsync([("07700 900001", "Ada", "nine"), ("+44 7700 900002", "Grace", "ten")], Token));
        _phones.AssertSent("+447700900001", "Dear Ada, see you at nine.");
        _phones.AssertSent("+447700900002", "Dear Grace, see you at ten.");
    }

    [Fact]
    public async Task Who_has_no_mobile_or_said_stop_is_missed_and_the_others_are_not()
    {
        _phones.When("+447700900002").Rejects(SmsErrorClass.InvalidRecipient, "21614");
        Assert.Equal((1, 2), await Reminders.SendAsync([("07700 900001", "Ada", "nine"), ("07700 900002", "Grace", "ten"), ("at home", "Alan", "noon")], Token));
        _phones.AssertNotSent("+447700900002");
    }

    [Fact]
    public async Task A_receipt_says_that_the_reminder_arrived()
    {
        var dispatcher = _services.GetRequiredService<IMailingDispatcher>();
        var report = await dispatcher.SendAsync(new SmsMailing("One", "Hello.", [new Recipient("07700900001")]), cancellationToken: Token);
        await _phones.DeliverAsync("+447700900001");
        Assert.Equal(RecipientState.Delivered, (await dispatcher.GetRecipientAsync(report.Id, 0, Token))!.State);
    }

    [Fact]
    public async Task The_fakes_assertions_say_what_they_found()
    {
        await Reminders.SendAsync([("07700 900001", "Ada", "nine")], Token);
        var missing = Assert.Throws<FakeSmsException>(() => _phones.AssertSent("+447700900002"));
        Assert.Equal("No message to +447700900002 was accepted; accepted were: +447700900001 'Dear Ada, see you at nine.'.", missing.Message);
        var sent = Assert.Throws<FakeSmsException>(() => _phones.AssertNotSent("+447700900001"));
        Assert.Equal("A message to +447700900001 was accepted, saying 'Dear Ada, see you at nine.'.", sent.Message);
    }
}
