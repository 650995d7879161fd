using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>The begin of windows beside the loop that cuts them.</summary>
public sealed class BeginTests
{
    [Fact(Timeout = 15_000)]
    public async Task A_slot_opens_its_connection_while_the_begin_of_another_waits_for_the_disk()
    {
        var disk = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var ledger = OwnBegins.Over(new InMemoryLedger(TimeProvider.System), async (session, ranges) =>
        {
            held.TrySetResult();
            await disk.Task;
            return await session.BeginAsync(ranges, Token);
        });
        var opened = 0;
        var second = new TaskCompletionSource();
        var transport = new RecordingTransport
        {
            OnOpen = (_, _) =>
            {
                if (Interlocked.Increment(ref opened) == 2)
                {
                    second.SetResult();
                }

                return ValueTask.CompletedTask;
            },
        };
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.Email.SmtpThreads = 2;
                s.Email.MaxEmailsPerConnection = 2; // one a connection: the first has no room for the second mailing
            },
            b => b.UseLedger(_ => ledger),
            transport);
        var one = await tested.Dispatcher.EnqueueAsync(Mailing(1), Token);
        await held.Task.WaitAsync(Token);
        var other = await tested.Dispatcher.EnqueueAsync(Mailing(1, "other"), Token);
        await second.Task.WaitAsync(Token);
        Assert.Empty(transport.Messages); // nothing leaves before its begin is durable
        disk.SetResult();
        Assert.Equal(1, (await tested.Dispatcher.WaitAsync(one, Token)).Counts.Sent);
        Assert.Equal(1, (await tested.Dispatcher.WaitAsync(other, Token)).Counts.Sent);
    }

    [Fact(Timeout = 15_000)]
    public async Task The_next_turn_is_begun_while_the_reply_to_QUIT_is_awaited_and_its_connection_opened_after_it()
    {
        await using var server = SmtpTestServer.Start();
        var (begins, second, goodbye) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        server.On(SmtpVerb.Quit, SmtpAction.Default.After(goodbye.Task), when: static c => c.Connection == 1);
        var ledger = OwnBegins.Over(new InMemoryLedger(TimeProvider.System), (session, ranges) =>
        {
            if (Interlocked.Increment(ref begins) == 2)
            {
                second.SetResult();
            }

            return session.BeginAsync(ranges, Token);
        });
        await using var tested = new DispatcherUnderTest(
            static s => (s.Email.SmtpThreads, s.Email.MaxEmailsPerConnection) = (1, 2), b => b.UseLedger(_ => ledger), server: server, time: new FakeClock());
        var sending = tested.Dispatcher.SendAsync(Mailing(4), cancellationToken: Token);
        await second.Task.WaitAsync(Token);
        var looks = 0;
        await Until(() => ValueTask.FromResult(server.TotalConnections > 1 || ++looks == 2000)); // time enough for one that must not come
        Assert.Equal(1, server.TotalConnections);
        goodbye.SetResult();
        Assert.Equal(4, (await sending).Counts.Sent);
        Assert.Equal([2, 2], server.MessagesPerConnection);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_begin_that_fails_late_stops_everything()
    {
        var ledger = OwnBegins.Over(new InMemoryLedger(TimeProvider.System), static async (_, _) =>
        {
            await Task.Yield();
            throw new IOException("no space left on device");
        });
        var transport = new RecordingTransport();
        var tested = new DispatcherUnderTest(null, b => b.UseLedger(_ => ledger), transport);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => tested.Dispatcher.SendAsync(Mailing(50), cancellationToken: Token));
        Assert.Contains("no space left on device", fault.ToString(), StringComparison.Ordinal);
        Assert.Empty(transport.Messages);
        await tested.DisposeAsync();
    }
}
