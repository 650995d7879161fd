using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

public class QuotaTests
{
    [Fact]
    public async Task The_documented_example_takes_fifty_connections_of_twenty_and_five_at_once()
    {
        await using var server = SmtpTestServer.Start();
        await using var tested = new DispatcherUnderTest(server: server);

        var report = await tested.Dispatcher.SendAsync(Mailing(1000), cancellationToken: Token);

        Assert.Equal("1000 sent, 0 failed, 0 in doubt", report.ToString());
        Assert.Equal(MailingState.Completed, report.State);
        Assert.Equal(1000, server.MessagesAccepted);
        Assert.Equal(50, server.TotalConnections);
        Assert.All(server.MessagesPerConnection, n => Assert.Equal(20, n));
        Assert.True(server.MaxOpenConnections <= 5);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_recipient_goes_exactly_once_over_no_more_connections_than_needed(int seed)
    {
        var random = new Random(seed);
        var maximum = random.Next(1, 300);
        var threads = random.Next(1, 20);
        var total = random.Next(1, 3000);
        var window = random.Next(1, 50);
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.Email.MaxEmailsPerConnection = maximum;
                s.Email.SmtpThreads = threads;
                s.BeginWindow = window;
            },
            transport: transport);

        var id = await tested.Dispatcher.EnqueueAsync(Mailing(total), Token);
        var report = await tested.Dispatcher.WaitAsync(id, Token);

        var shares = QuotaShares.Split(maximum, threads);
        var perConnection = transport.Messages.CountBy(m => m.Connection).ToArray();
        Assert.Equal(total, report.Counts.Sent);
        Assert.Equal(total, transport.Messages.Select(m => m.Envelope.To).Distinct().Count());
        Assert.Equal(total, transport.Messages.Count);
        Assert.True(perConnection.Max(p => p.Value) <= shares.Max());
        Assert.True(transport.MostAtOnce <= shares.Length);
        Assert.True(
            transport.Connections <= (total + shares.Min() - 1) / shares.Min(),
            $"{transport.Connections} connections for {total} e-mails in shares of {shares.Min()} (max {maximum}, threads {threads}, window {window})");
    }

    [Fact]
    public async Task A_hundred_mailings_of_one_recipient_share_connections()
    {
        var clock = new FakeClock();
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(transport: transport, time: clock);
        var due = clock.GetUtcNow().AddMinutes(1);
        var ids = new List<MailingId>();
        for (var i = 0; i < 100; i++)
        {
            ids.Add(await tested.Dispatcher.EnqueueAsync(new EmailMailing($"M{i}", Hello, People(1, $"m{i}-")) { NotBefore = due }, Token));
        }

        Assert.Empty(transport.Messages);
        clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var id in ids)
        {
            Assert.Equal(1, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
        }

        Assert.True(transport.Connections <= 5, $"{transport.Connections} connections");
    }

    [Fact]
    public async Task Two_equal_mailings_differ_by_at_most_one_started_window()
    {
        var clock = new FakeClock();
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport, time: clock);
        var due = clock.GetUtcNow().AddMinutes(1);
        var first = await tested.Dispatcher.EnqueueAsync(new EmailMailing("A", Hello, People(1000, "a")) { NotBefore = due }, Token);
        var second = await tested.Dispatcher.EnqueueAsync(new EmailMailing("B", Hello, People(1000, "b")) { NotBefore = due }, Token);
        clock.Advance(TimeSpan.FromMinutes(1));
        await tested.Dispatcher.WaitAsync(first, Token);
        await tested.Dispatcher.WaitAsync(second, Token);

        Assert.Equal(2000, transport.Messages.Count);
        var windows = new Dictionary<char, int> { ['a'] = 0, ['b'] = 0 };
        foreach (var window in transport.Messages.Chunk(20))
        {
            Assert.Single(window.Select(m => m.Envelope.To.LocalPart[0]).Distinct());
            windows[window[0].Envelope.To.LocalPart[0]]++;
            Assert.True(Math.Abs(windows['a'] - windows['b']) <= 1);
        }
    }

    [Fact]
    public async Task More_mailings_than_slices_may_be_held_still_take_turns()
    {
        var clock = new FakeClock();
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport, time: clock);
        var due = clock.GetUtcNow().AddMinutes(1);
        var ids = new List<MailingId>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add(await tested.Dispatcher.EnqueueAsync(new EmailMailing($"M{i}", Hello, People(400, $"m{i}-")) { NotBefore = due }, Token));
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var id in ids)
        {
            Assert.Equal(400, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
        }

        // When the first mailing is through its half, nobody is left behind at the start.
        var half = transport.Messages.TakeWhile((m, i) => transport.Messages.Take(i).Count(x => x.Envelope.To.LocalPart.StartsWith("m0-", StringComparison.Ordinal)) < 200);
        Assert.Equal(7, half.Select(m => m.Envelope.To.LocalPart[..3]).Distinct().Count());
    }
}
