using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A source that brings some recipients, then nothing for ever, and looks at no token: a mailing must be able to end without it.</summary>
public class StubbornSourceTests
{
    private readonly TaskCompletionSource _never = new();

    [Fact(Timeout = 15_000)]
    public async Task A_mailing_cancelled_by_another_call_ends_the_send_with_its_account()
    {
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(transport: transport);
        var sending = tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, Source()), cancellationToken: Token);
        await Until(() => ValueTask.FromResult(transport.Messages.Count == 30));
        var id = (await tested.Dispatcher.ListAsync(true, Token).ToArrayAsync(Token)).Single().Id;
        await tested.Dispatcher.CancelAsync(id, Token);
        var report = await sending.WaitAsync(Token);
        Assert.Equal((MailingState.Cancelled, 30), (report.State, report.Counts.Sent));
    }

    [Fact(Timeout = 15_000)]
    public async Task A_refused_login_ends_the_send_with_its_reason()
    {
        var transport = new RecordingTransport
        {
            OnOpen = (_, _) => throw new MailTransportException(TransportFault.Authentication, DeliveryPhase.Authentication, "535 no"),
        };
        await using var tested = new DispatcherUnderTest(transport: transport);
        var sending = tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, Source()), cancellationToken: Token);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => sending.WaitAsync(Token));
        Assert.Equal(30, paused.Report.Counts.Accepted);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_cancelled_token_ends_the_send_with_its_account()
    {
        using var cancel = new CancellationTokenSource();
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(transport: transport);
        var sending = tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, Source()), cancellationToken: cancel.Token);
        await Until(() => ValueTask.FromResult(transport.Messages.Count == 30));
        await cancel.CancelAsync();
        var ended = await Assert.ThrowsAsync<MailingCanceledException>(() => sending.WaitAsync(Token));
        Assert.Equal(30, ended.Report.Counts.Sent);
    }

    [Fact(Timeout = 15_000)]
    public async Task What_a_send_refuses_for_its_size_is_not_sent_later()
    {
        var clock = new FakeClock();
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(s => s.MaxHeldRecipients = 1000, transport: transport, time: clock);
        var mailing = new EmailMailing("T", Hello, People(2000)) { NotBefore = clock.GetUtcNow().AddHours(1) };
        await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.SendAsync(mailing, cancellationToken: Token));
        Assert.Empty(await tested.Dispatcher.ListAsync(true, Token).ToArrayAsync(Token));
        clock.Advance(TimeSpan.FromHours(1));
        await tested.Dispatcher.SendAsync(Mailing(1, "after"), cancellationToken: Token);
        Assert.Single(transport.Messages);
    }

    private async IAsyncEnumerable<Recipient> Source()
    {
        foreach (var recipient in People(30))
        {
            yield return recipient;
        }

        await _never.Task;
    }
}
