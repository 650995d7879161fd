using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class SuppressionTests
{
    /// <summary>Who unsubscribed; shared by all scopes, as a database is.</summary>
    private sealed class Unsubscribed
    {
        public ConcurrentDictionary<string, bool> Addresses { get; } = [];

        public ConcurrentQueue<IReadOnlyList<string>> Asked { get; } = [];

        public bool Fails { get; set; }

        public int Open;

        public int Scopes;
    }

    private sealed class ScopedList : ISuppressionList, IAsyncDisposable
    {
        private readonly Unsubscribed _unsubscribed;
        private int _asked;

        public ScopedList(Unsubscribed unsubscribed)
        {
            _unsubscribed = unsubscribed;
            Interlocked.Increment(ref unsubscribed.Open);
            Interlocked.Increment(ref unsubscribed.Scopes);
        }

        public ValueTask<IReadOnlyCollection<int>> FilterAsync(MailingId mailing, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
        {
            Assert.Equal(1, Interlocked.Increment(ref _asked)); // a scope of its own for each window
            _unsubscribed.Asked.Enqueue(addresses);
            return _unsubscribed.Fails
                ? throw new TimeoutException("the database of jane.doe@example.com is away")
                : new([.. addresses.Index().Where(a => _unsubscribed.Addresses.ContainsKey(a.Item)).Select(static a => a.Index)]);
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref _unsubscribed.Open);
            return ValueTask.CompletedTask;
        }
    }

    private static HostUnderTest Make(Unsubscribed list, IMailTransport transport, Action<MailingDispatchBuilder>? build = null) => new(
        s => s.AddSingleton(list), ChangeableSettings.Valid().Email("SmtpThreads", "2"), transport, build: b =>
        {
            b.UseSuppressionList<ScopedList>();
            build?.Invoke(b);
        });

    [Fact]
    public async Task The_list_is_asked_once_for_each_window_in_a_scope_of_its_own()
    {
        var (list, transport) = (new Unsubscribed(), new RecordingTransport());
        await using var tested = Make(list, transport);
        await tested.StartAsync();
        Assert.Equal(100, (await tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(100, list.Asked.Sum(static a => a.Count));
        Assert.All(list.Asked, static a => Assert.InRange(a.Count, 1, 20));
        Assert.Equal(list.Asked.Count, list.Scopes);
        Assert.Equal(0, list.Open);
    }

    [Fact]
    public async Task The_blocked_are_blocked_and_never_sent()
    {
        var (list, transport) = (new Unsubscribed(), new RecordingTransport());
        list.Addresses["user3@example.com"] = list.Addresses["user57@example.com"] = true;
        await using var tested = Make(list, transport);
        await tested.StartAsync();
        var report = await tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token);
        Assert.Equal((98, 2, 0, MailingState.Completed), (report.Counts.Sent, report.Counts.Blocked, report.Counts.Failed, report.State));
        Assert.DoesNotContain(transport.Messages, static m => m.Envelope.To.LocalPart is "user3" or "user57");
        Assert.Equal(RecipientState.Blocked, (await tested.Dispatcher.GetRecipientAsync(report.Id, 57, Token))!.State);
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.ResendAsync(report.Id, ResendSelection.Unsent, Token));
        Assert.NotEmpty(refused.Message);
    }

    [Fact]
    public async Task A_mailing_of_blocked_ones_only_ends()
    {
        var (list, transport) = (new Unsubscribed(), new RecordingTransport());
        foreach (var person in People(50))
        {
            list.Addresses[person.Address!] = true;
        }

        await using var tested = Make(list, transport);
        await tested.StartAsync();
        Assert.Equal(50, (await tested.Dispatcher.SendAsync(Mailing(50), cancellationToken: Token)).Counts.Blocked);
        Assert.Empty(transport.Messages);
    }

    [Fact]
    public async Task Who_unsubscribes_while_the_mailing_runs_is_not_written_to()
    {
        var list = new Unsubscribed();
        var transport = new WatchedTransport((_, to, _) =>
        {
            Assert.NotEqual("user499", to.To.LocalPart);
            list.Addresses["user499@example.com"] = true; // at noon
            return default;
        });
        await using var tested = Make(list, transport);
        await tested.StartAsync();
        var report = await tested.Dispatcher.SendAsync(Mailing(500), cancellationToken: Token);
        Assert.Equal((499, 1), (report.Counts.Sent, report.Counts.Blocked));
    }

    [Fact]
    public async Task A_list_that_throws_pauses_the_mailing_and_sends_nothing()
    {
        var (list, transport) = (new Unsubscribed { Fails = true }, new RecordingTransport());
        await using var tested = Make(list, transport);
        await tested.StartAsync();
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token));
        Assert.Contains(nameof(TimeoutException), paused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("jane.doe", paused.ToString(), StringComparison.Ordinal);
        Assert.Empty(transport.Messages);
        Assert.Equal((0, 0), (paused.Report.Counts.Final, paused.Report.Counts.InDoubt));
        Assert.NotEmpty(tested.Log.Of(1016));

        list.Fails = false;
        await tested.Dispatcher.ResumeAsync(paused.Id, Token);
        Assert.Equal(100, (await tested.Dispatcher.WaitAsync(paused.Id, Token)).Counts.Sent);
        Assert.Equal(100, transport.Messages.Count);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_list_that_fails_late_does_not_pause_a_mailing_that_was_resumed_meanwhile()
    {
        var late = new LateFault();
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(
            transport: transport, build: b => b.UseSuppressionList<FailsLateOnce>().Services.AddSingleton(late));
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(50), Token);
        await late.Asked.Task.WaitAsync(Token);
        await tested.Dispatcher.PauseAsync(id, Token);
        await tested.Dispatcher.ResumeAsync(id, Token);
        late.Mended.SetResult();
        Assert.Equal(50, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
        Assert.Equal(50, transport.Messages.Count);
    }

    [Fact]
    public async Task A_list_that_names_whom_nobody_asked_for_pauses_the_mailing()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport, build: static b => b.UseSuppressionList<Confused>());
        await tested.StartAsync();
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(10), cancellationToken: Token));
        Assert.Contains("index 99", paused.Reason, StringComparison.Ordinal);
        Assert.Empty(transport.Messages);
    }

    private sealed class LateFault
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Mended { get; } = new();
    }

    private sealed class FailsLateOnce(LateFault late) : ISuppressionList
    {
        public async ValueTask<IReadOnlyCollection<int>> FilterAsync(MailingId mailing, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
        {
            if (!late.Asked.TrySetResult())
            {
                return [];
            }

            await late.Mended.Task;
            throw new TimeoutException("The list does not answer.");
        }
    }

    private sealed class Confused : ISuppressionList
    {
        public ValueTask<IReadOnlyCollection<int>> FilterAsync(MailingId mailing, IReadOnlyList<string> addresses, CancellationToken cancellationToken) => new([99]);
    }
}
