using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Memory;

public sealed class HeldRecipientsTests : IAsyncLifetime
{
    private readonly InMemoryLedger _ledger = new(new FakeClock(), maxHeldRecipients: 10);
    private ILedgerSession _session = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _session = await _ledger.OpenSessionAsync(Cancel);

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    private async Task<MailingId> CreateAsync(bool sendBeforeSeal, DateTimeOffset? notBefore = null)
    {
        var plan = new NewMailing
        {
            Id = MailingId.Create(),
            Name = "Letter",
            Lane = "email",
            Definition = default,
            DefinitionHash = default,
            SendBeforeSeal = sendBeforeSeal,
            NotBefore = notBefore,
        };
        await _ledger.CreateMailingAsync(plan, Cancel);
        return plan.Id;
    }

    private Task AppendAsync(MailingId mailing, long first, int count, CancellationToken? cancel = null) =>
        _ledger.AppendSlicesAsync(mailing, first, [new NewSlice(count, new byte[1])], default, cancel ?? Cancel).AsTask();

    private async Task SendOneSliceAsync(MailingId mailing, OutcomeKind kind = OutcomeKind.Sent)
    {
        var slice = Assert.Single(await _session.ClaimAsync(mailing, 1, Cancel));
        await _session.BeginAsync([new(slice.Ref, 0, slice.Count)], Cancel);
        await _session.RecordAsync(
            [new OutcomeRange { Slice = slice.Ref, First = 0, Codes = Enumerable.Repeat(new OutcomeCode(kind), slice.Count).ToArray() }], Cancel);
        NewChildSlice[] children = kind != OutcomeKind.Retry ? [] :
        [
            new NewChildSlice
            {
                ParentSliceNo = slice.Ref.SliceNo,
                Ordinals = Enumerable.Range(0, slice.Count).Select(i => slice.Ordinals[i]).ToArray(),
                Attempt = 1,
                DueIn = TimeSpan.FromMinutes(1),
                Data = new byte[1],
            },
        ];
        await _session.CompleteAsync(new SliceCompletion { Slice = slice.Ref, Children = children }, Cancel);
    }

    [Fact]
    public async Task Reading_waits_while_the_mailing_is_full_and_goes_on_as_recipients_become_final()
    {
        var mailing = await CreateAsync(sendBeforeSeal: true);
        await AppendAsync(mailing, 0, 6);
        await AppendAsync(mailing, 6, 4);
        var waiting = AppendAsync(mailing, 10, 5);
        Assert.False(waiting.IsCompleted);
        await SendOneSliceAsync(mailing);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(15, (await _ledger.FindMailingAsync(mailing, Cancel))!.Counts.Accepted);
    }

    [Fact]
    public async Task What_waits_for_another_attempt_is_still_held()
    {
        var mailing = await CreateAsync(sendBeforeSeal: true);
        await AppendAsync(mailing, 0, 10);
        var waiting = AppendAsync(mailing, 10, 1);
        await SendOneSliceAsync(mailing, OutcomeKind.Retry);
        Assert.False(waiting.IsCompleted);
        await _ledger.SetDesiredStateAsync(mailing, DesiredState.Pause, null, null, Cancel);
        Assert.False(waiting.IsCompleted);
        await _ledger.SetDesiredStateAsync(mailing, DesiredState.Cancel, null, null, Cancel);
        await Assert.ThrowsAsync<LedgerConflictException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task A_slice_larger_than_the_bound_passes_when_nothing_else_is_held()
    {
        var mailing = await CreateAsync(sendBeforeSeal: true);
        await AppendAsync(mailing, 0, 25);
        var waiting = AppendAsync(mailing, 25, 25);
        Assert.False(waiting.IsCompleted);
        await SendOneSliceAsync(mailing);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_stores_nothing()
    {
        var mailing = await CreateAsync(sendBeforeSeal: true);
        await AppendAsync(mailing, 0, 10);
        using var enough = new CancellationTokenSource();
        var waiting = AppendAsync(mailing, 10, 1, enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await SendOneSliceAsync(mailing);
        Assert.Equal(10, (await _ledger.FindMailingAsync(mailing, Cancel))!.Counts.Accepted);
    }

    [Fact]
    public async Task Of_two_readers_that_wait_at_one_place_the_second_is_refused()
    {
        var mailing = await CreateAsync(sendBeforeSeal: true);
        await AppendAsync(mailing, 0, 10);
        Task[] waiting = [AppendAsync(mailing, 10, 1), AppendAsync(mailing, 10, 1)];
        await SendOneSliceAsync(mailing);
        var all = Task.WhenAll(waiting);
        await Assert.ThrowsAsync<LedgerConflictException>(() => all.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(1, waiting.Count(one => one.IsCompletedSuccessfully));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task What_is_not_sent_while_it_is_read_is_refused_over_the_bound_by_the_name_of_the_setting(bool sendBeforeSeal, bool notBefore)
    {
        var mailing = await CreateAsync(sendBeforeSeal, notBefore ? FakeClock.DefaultStart.AddDays(1) : null);
        await AppendAsync(mailing, 0, 10);
        var fault = await Assert.ThrowsAsync<MailingRefusedException>(() => AppendAsync(mailing, 10, 1));
        Assert.Contains("MaxHeldRecipients (10)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("durable ledger", fault.Message, StringComparison.Ordinal);
        var whole = await CreateAsync(sendBeforeSeal, notBefore ? FakeClock.DefaultStart.AddDays(1) : null);
        await Assert.ThrowsAsync<MailingRefusedException>(() => AppendAsync(whole, 0, 11));
    }

    [Fact]
    public async Task A_reader_that_waits_learns_that_the_ledger_was_disposed()
    {
        var mailing = await CreateAsync(sendBeforeSeal: true);
        await AppendAsync(mailing, 0, 10);
        var waiting = AppendAsync(mailing, 10, 1);
        var seen = await _session.WaitForWorkAsync("email", 0, Cancel);
        var work = _session.WaitForWorkAsync("email", seen, Cancel).AsTask();
        await _ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => work.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }
}
