using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class ReadingTests
{
    private static IEnumerable<Recipient> Breaking(int after, int total = 3000)
    {
        foreach (var person in People(total).Take(after))
        {
            yield return person;
        }

        throw new InvalidDataException("row is damaged");
    }

    private static EmailMailing Keyed(IEnumerable<Recipient> recipients, string subject = "Hello {{Name}}") =>
        new("T", Hello with { Subject = subject }, recipients) { ExternalKey = "spring-2026" };

    [Theory]
    [InlineData(1)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(1234)]
    public async Task A_sequence_that_throws_ends_a_send_with_what_was_accepted(int after)
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport);
        var fault = await Assert.ThrowsAsync<RecipientsFailedException>(
            () => tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, Breaking(after)), cancellationToken: Token));
        Assert.IsType<InvalidDataException>(fault.InnerException);
        var counts = fault.Report.Counts;
        Assert.Equal(MailingState.Cancelled, fault.Report.State);
        Assert.Equal(after, counts.Accepted);
        Assert.Equal(after, counts.Sent + counts.Cancelled);
        Assert.Equal(transport.Messages.Count, counts.Sent);
    }

    [Fact]
    public async Task A_sequence_that_throws_makes_an_enqueue_send_nothing()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport);
        var fault = await Assert.ThrowsAsync<RecipientsFailedException>(() => tested.Dispatcher.EnqueueAsync(new EmailMailing("T", Hello, Breaking(700)), Token));
        Assert.Equal((700, 700, 0), (fault.Report.Counts.Accepted, fault.Report.Counts.Cancelled, fault.Report.Counts.Sent));
        Assert.Empty(transport.Messages);
        Assert.Empty(await tested.Dispatcher.ListAsync(unfinishedOnly: true, Token).ToArrayAsync(Token));
    }

    [Fact]
    public async Task A_sequence_that_throws_before_its_first_element_is_refused()
    {
        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, Breaking(0)), cancellationToken: Token));
        Assert.IsType<InvalidDataException>(refused.InnerException);
        Assert.Empty(await tested.Dispatcher.ListAsync(cancellationToken: Token).ToArrayAsync(Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_a_key_the_same_call_goes_on_where_the_sequence_broke(bool enqueue)
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport);
        var fault = enqueue
            ? await Assert.ThrowsAsync<RecipientsFailedException>(() => tested.Dispatcher.EnqueueAsync(Keyed(Breaking(1234)), Token))
            : await Assert.ThrowsAsync<RecipientsFailedException>(() => tested.Dispatcher.SendAsync(Keyed(Breaking(1234)), cancellationToken: Token));
        Assert.Equal(1234, fault.Report.Counts.Accepted);
        if (enqueue)
        {
            Assert.Empty(transport.Messages);
        }

        var id = enqueue
            ? await tested.Dispatcher.EnqueueAsync(Keyed(People(3000)), Token)
            : (await tested.Dispatcher.SendAsync(Keyed(People(3000)), cancellationToken: Token)).Id;
        var report = await tested.Dispatcher.WaitAsync(id, Token);
        Assert.Equal((fault.Report.Id, 3000, 3000), (report.Id, report.Counts.Accepted, report.Counts.Sent));
        Assert.Equal(3000, transport.Messages.Count);
        Assert.Equal(3000, transport.Messages.Select(static m => m.Envelope.To).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_partly_read_mailing_refuses_other_recipients(bool fewer)
    {
        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        await Assert.ThrowsAsync<RecipientsFailedException>(() => tested.Dispatcher.EnqueueAsync(Keyed(Breaking(1000)), Token));
        var others = fewer ? People(900) : People(3000).Select((r, i) => i == 400 ? new Recipient("eve@example.com") : r);
        var conflict = await Assert.ThrowsAsync<MailingConflictException>(() => tested.Dispatcher.EnqueueAsync(Keyed(others), Token));
        var left = await tested.Dispatcher.ListAsync(cancellationToken: Token).SingleAsync(Token);
        Assert.Equal((left.Id, 1000), (conflict.Existing, left.Counts.Accepted));

        // The right ones may still come.
        var id = await tested.Dispatcher.EnqueueAsync(Keyed(People(1500)), Token);
        Assert.Equal(1500, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
    }

    [Fact]
    public async Task Another_definition_under_the_same_key_conflicts_and_the_same_one_gives_the_first_mailing()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport);
        var first = await tested.Dispatcher.SendAsync(Keyed(People(50)), cancellationToken: Token);
        var again = await tested.Dispatcher.SendAsync(Keyed(People(50)), cancellationToken: Token);
        Assert.Equal((first.Id, first.Counts), (again.Id, again.Counts));
        Assert.Equal(first.Id, await tested.Dispatcher.EnqueueAsync(Keyed(People(50)), Token));
        Assert.Equal(50, transport.Messages.Count);
        var conflict = await Assert.ThrowsAsync<MailingConflictException>(() => tested.Dispatcher.SendAsync(Keyed(People(50), "Other {{Name}}"), cancellationToken: Token));
        Assert.Equal(first.Id, conflict.Existing);
        Assert.Equal(50, transport.Messages.Count);
    }

    [Fact]
    public async Task Two_calls_that_read_the_same_mailing_at_once_conflict_and_the_first_goes_on()
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        async IAsyncEnumerable<Recipient> Slow()
        {
            foreach (var person in People(10))
            {
                yield return person;
            }

            reached.SetResult();
            await go.Task;
            yield return new Recipient("last@example.com");
        }

        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        var sending = tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, Slow()) { ExternalKey = "spring-2026", FieldNames = ["Name"] }, cancellationToken: Token);
        await reached.Task.WaitAsync(Token);
        await Assert.ThrowsAsync<MailingConflictException>(() => tested.Dispatcher.SendAsync(Keyed(People(10)), cancellationToken: Token));
        go.SetResult();
        Assert.Equal(11, (await sending).Counts.Sent);
    }

    [Fact]
    public async Task More_recipients_than_the_memory_holds_are_refused_at_enqueue_naming_the_durable_ledger()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().With("Mailing:MaxHeldRecipients", "1000"), transport: transport);
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.EnqueueAsync(Mailing(1001), Token));
        Assert.Contains("durable ledger", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("MaxHeldRecipients", refused.Message, StringComparison.Ordinal);
        Assert.Empty(transport.Messages);
        Assert.Empty(await tested.Dispatcher.ListAsync(unfinishedOnly: true, Token).ToArrayAsync(Token));

        // Reading waits instead when they may leave meanwhile.
        Assert.Equal(5000, (await tested.Dispatcher.SendAsync(Mailing(5000), cancellationToken: Token)).Counts.Sent);
    }

    [Fact]
    public async Task What_finished_long_enough_ago_is_purged_and_the_rest_stays()
    {
        var clock = new FakeClock();
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().With("Mailing:KeepFinished", "1.00:00:00"), transport: new RecordingTransport(), time: clock);
        var old = await tested.Dispatcher.SendAsync(Mailing(5), cancellationToken: Token);
        clock.Advance(TimeSpan.FromMinutes(30));
        var young = await tested.Dispatcher.SendAsync(Mailing(5), cancellationToken: Token);
        var waiting = await tested.Dispatcher.EnqueueAsync(new EmailMailing("later", Hello, People(5)) { NotBefore = clock.GetUtcNow().AddDays(1) }, Token);
        Assert.Equal(1, await tested.Dispatcher.PurgeAsync(TimeSpan.FromMinutes(20), Token));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => tested.Dispatcher.GetStatusAsync(old.Id, Token));
        Assert.Equal(5, (await tested.Dispatcher.GetStatusAsync(young.Id, Token)).Report.Counts.Sent);
        Assert.Equal(1, await tested.Dispatcher.PurgeAsync(TimeSpan.Zero, Token));
        Assert.Equal(MailingState.Scheduled, (await tested.Dispatcher.GetStatusAsync(waiting, Token)).Report.State);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => tested.Dispatcher.PurgeAsync(TimeSpan.FromSeconds(-1), Token));
    }
}
