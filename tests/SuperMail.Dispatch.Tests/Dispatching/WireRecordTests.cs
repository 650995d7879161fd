using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>When the flow notes how far a message got: too late would send twice after a crash, too early doubts in vain.</summary>
public class WireRecordTests
{
    private readonly List<(int Position, WireState State)> _notes = [];

    public static TheoryData<SmtpPipelining, bool> Modes =>
        new() { { SmtpPipelining.Off, false }, { SmtpPipelining.Off, true }, { SmtpPipelining.Standard, false }, { SmtpPipelining.Standard, true } };

    [Theory(Timeout = 15_000)]
    [MemberData(nameof(Modes))]
    public async Task A_message_is_noted_before_the_relay_has_its_end_and_the_next_one_is_not(SmtpPipelining pipelining, bool chunking)
    {
        var seen = new List<string>();
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.EndOfData, SmtpAction.Default, when: _ => Saw(seen));
        await using var one = Dispatcher(server, pipelining, chunking);
        await one.Dispatcher.SendAsync(Mailing(3), cancellationToken: Token);
        Assert.Equal(
            ["0 Left", "0 Left, 0 Taken, 1 Left", "0 Left, 0 Taken, 1 Left, 1 Taken, 2 Left"],
            seen);
        Assert.Equal([(2, WireState.Left), (2, WireState.Taken)], Notes().TakeLast(2));
    }

    [Fact(Timeout = 15_000)]
    public async Task Of_a_deep_flight_every_message_is_noted_before_the_relay_has_any_end_and_none_of_the_next()
    {
        var seen = new List<string>();
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.EndOfData, SmtpAction.Default, when: _ => Saw(seen));
        await using var one = new DispatcherUnderTest(
            s => (s.Email.SmtpThreads, s.Email.Pipelining, s.Email.PipelineDepth) = (1, SmtpPipelining.Deep, 2), b => b.UseLedger(Ledger), server: server);
        await one.Dispatcher.SendAsync(Mailing(4), cancellationToken: Token);
        const string Second = "0 Left, 1 Left, 0 Taken, 1 Taken, 2 Left, 3 Left";
        Assert.Equal(["", "0 Left, 1 Left", "0 Left, 1 Left", Second, Second], seen); // the first is the probe's
    }

    [Fact(Timeout = 15_000)]
    public async Task A_message_whose_recipient_is_refused_never_left()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: static c => c.Argument.Contains("user1@", StringComparison.Ordinal));
        await using var one = Dispatcher(server, SmtpPipelining.Standard, chunking: true);
        await one.Dispatcher.SendAsync(Mailing(2), cancellationToken: Token);
        Assert.Equal([(1, WireState.Refused)], Notes().Where(static n => n.Position == 1));
    }

    [Fact(Timeout = 15_000)]
    public async Task A_message_that_the_relay_refused_at_its_end_is_not_in_doubt_any_more()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.EndOfData, "554 5.6.0 not this");
        await using var one = Dispatcher(server, SmtpPipelining.Standard, chunking: true);
        await one.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token);
        Assert.Equal([(0, WireState.Left), (0, WireState.Refused)], Notes());
    }

    [Fact(Timeout = 15_000)]
    public async Task From_a_hosts_own_transport_a_message_may_leave_as_soon_as_it_is_pulled()
    {
        List<(int, WireState)> pulled = [];
        var transport = new ScriptedTransport(async (_, feed, token) =>
        {
            while (await feed.NextAsync(token) is { } message)
            {
                pulled.Add(Notes()[^1]);
                message.Report(ScriptedTransport.Taken);
            }
        });
        await using var one = new DispatcherUnderTest(
            s => s.Email.SmtpThreads = 1, b => b.UseLedger(Ledger).UseTransport(_ => transport));
        await one.Dispatcher.SendAsync(Mailing(2), cancellationToken: Token);
        Assert.Equal([(0, WireState.Left), (1, WireState.Left)], pulled);
        Assert.Equal([(0, WireState.Left), (0, WireState.Taken), (1, WireState.Left), (1, WireState.Taken)], Notes());
    }

    private IMailingLedger Ledger(IServiceProvider services) => NotedLedger.Over<IMailingLedger>(new InMemoryLedger(TimeProvider.System), _notes);

    private DispatcherUnderTest Dispatcher(SmtpTestServer server, SmtpPipelining pipelining, bool chunking) => new(
        s =>
        {
            s.Email.SmtpThreads = 1;
            s.Email.Pipelining = pipelining;
            s.Email.UseChunking = chunking;
        },
        b => b.UseLedger(Ledger),
        server: server);

    private List<(int Position, WireState State)> Notes()
    {
        lock (_notes)
        {
            return [.. _notes];
        }
    }

    private bool Saw(List<string> seen)
    {
        seen.Add(string.Join(", ", Notes().Select(static n => $"{n.Position} {n.State}")));
        return false; // the server goes on as ever
    }
}
