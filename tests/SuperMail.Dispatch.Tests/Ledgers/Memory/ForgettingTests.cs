using System.Runtime.CompilerServices;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Memory;

public sealed class ForgettingTests : IAsyncLifetime
{
    private static readonly OutcomeCode Sent = new(OutcomeKind.Sent);
    private static readonly OutcomeCode Failed = new(OutcomeKind.Failed);

    private readonly FakeClock _clock = new();
    private InMemoryLedger _ledger = null!;
    private ILedgerSession _session = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ledger = new InMemoryLedger(_clock, maxHeldRecipients: 10, keepFinished: TimeSpan.FromMinutes(30));
        _session = await _ledger.OpenSessionAsync(Cancel);
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    private async Task<MailingId> SealedAsync(params int[] sizes)
    {
        var plan = new NewMailing { Id = MailingId.Create(), ExternalKey = "key", Name = "Letter", Lane = "email", Definition = default, DefinitionHash = default };
        await _ledger.CreateMailingAsync(plan, Cancel);
        await _ledger.AppendSlicesAsync(plan.Id, 0, [.. sizes.Select(size => new NewSlice(size, new byte[100]))], default, Cancel);
        await _ledger.SealAsync(plan.Id, Cancel);
        return plan.Id;
    }

    private async Task SendAsync(ClaimedSlice slice, byte[] remainder, params OutcomeCode[] codes)
    {
        await _session.BeginAsync([new(slice.Ref, slice.SettledThrough, codes.Length)], Cancel);
        await _session.RecordAsync(
            [new OutcomeRange { Slice = slice.Ref, First = slice.SettledThrough, Codes = codes, ProviderKeys = [new(0, "provider")] }], Cancel);
        await _session.CompleteAsync(new SliceCompletion { Slice = slice.Ref, Remainder = remainder }, Cancel);
    }

    private async Task<ClaimedSlice> ClaimAsync(MailingId mailing) => Assert.Single(await _session.ClaimAsync(mailing, 1, Cancel));

    private async Task<int[]> DataLengthsAsync(MailingId mailing) =>
        [.. (await _ledger.ReadSlicesAsync(mailing, Cancel).ToListAsync(Cancel)).Select(slice => slice.Data.Length)];

    [Fact]
    public async Task The_data_of_the_sent_is_dropped_with_their_slice()
    {
        var mailing = await SealedAsync(2, 2);
        await SendAsync(await ClaimAsync(mailing), [], Sent, Sent);
        Assert.Equal((int[])[0, 100], await DataLengthsAsync(mailing));
    }

    [Fact]
    public async Task What_is_needed_for_a_resend_is_kept_in_their_place()
    {
        var mailing = await SealedAsync(2);
        await SendAsync(await ClaimAsync(mailing), [7], Sent, Failed);
        Assert.Equal((int[])[1], await DataLengthsAsync(mailing));
    }

    [Fact]
    public async Task A_slice_that_is_not_wholly_begun_keeps_its_data()
    {
        var mailing = await SealedAsync(3);
        await SendAsync(await ClaimAsync(mailing), [7], Sent);
        Assert.Equal((int[])[100], await DataLengthsAsync(mailing));
        await SendAsync(await ClaimAsync(mailing), [7], Sent, Failed);
        Assert.Equal((int[])[1], await DataLengthsAsync(mailing));
    }

    [Fact]
    public async Task Of_the_unsent_no_more_are_kept_than_may_be_held()
    {
        var plan = new NewMailing { Id = MailingId.Create(), Name = "Letter", Lane = "email", Definition = default, DefinitionHash = default, SendBeforeSeal = true };
        await _ledger.CreateMailingAsync(plan, Cancel);
        for (var i = 0; i < 4; i++)
        {
            await _ledger.AppendSlicesAsync(plan.Id, i * 4, [new NewSlice(4, new byte[100])], default, Cancel);
            await SendAsync(await ClaimAsync(plan.Id), [7], Failed, Failed, Failed, Failed);
        }

        Assert.Equal((int[])[1, 1, 0, 0], await DataLengthsAsync(plan.Id));
        Assert.Equal(16, (await _ledger.FindMailingAsync(plan.Id, Cancel))!.Counts.Failed);
    }

    [Fact]
    public async Task A_finished_mailing_is_forgotten_after_its_time_with_all_that_names_it()
    {
        var mailing = await SealedAsync(1);
        await SendAsync(await ClaimAsync(mailing), [], Sent);
        _clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.NotNull(await _ledger.FindMailingByKeyAsync("key", Cancel));
        Assert.NotNull(await _ledger.FindByProviderKeyAsync("provider", Cancel));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await _ledger.FindMailingAsync(mailing, Cancel));
        Assert.Null(await _ledger.FindMailingByKeyAsync("key", Cancel));
        Assert.Null(await _ledger.FindByProviderKeyAsync("provider", Cancel));
    }

    [Fact]
    public async Task A_mailing_that_was_opened_again_is_not_forgotten_by_its_first_end()
    {
        var mailing = await SealedAsync(1);
        await SendAsync(await ClaimAsync(mailing), [7], new OutcomeCode(OutcomeKind.InDoubt));
        _clock.Advance(TimeSpan.FromMinutes(20));
        NewChildSlice child = new() { ParentSliceNo = 0, Ordinals = new[] { 0L }, Attempt = 0, DueIn = TimeSpan.Zero, Data = new byte[1] };
        Assert.True(await _ledger.ReviseAsync(mailing, [new(0, 0, OutcomeKind.InDoubt, new(OutcomeKind.NotSent))], [child], Cancel));
        _clock.Advance(TimeSpan.FromMinutes(20));
        Assert.NotNull(await _ledger.FindMailingAsync(mailing, Cancel));
        await SendAsync(await ClaimAsync(mailing), [], Sent);
        _clock.Advance(TimeSpan.FromMinutes(29));
        Assert.NotNull(await _ledger.FindMailingAsync(mailing, Cancel));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _ledger.FindMailingAsync(mailing, Cancel));
    }

    [Fact]
    public async Task A_late_owner_learns_that_the_mailing_is_gone()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimAsync(mailing);
        await SendAsync(slice, [], Sent);
        await _ledger.PurgeAsync(TimeSpan.Zero, Cancel);
        Assert.Equal([BeginResult.Fenced], await _session.BeginAsync([new(slice.Ref, 0, 1)], Cancel));
        await _session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = 0, Codes = new[] { Sent } }], Cancel);
        await Assert.ThrowsAsync<LedgerConflictException>(() => _session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, Cancel).AsTask());
    }

    [Fact]
    public async Task The_dispatcher_s_due_time_is_kept_over_a_sleep_of_the_machine()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimAsync(mailing);
        await _session.BeginAsync([new(slice.Ref, 0, 1)], Cancel);
        await _session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = 0, Codes = new[] { new OutcomeCode(OutcomeKind.Retry) } }], Cancel);
        NewChildSlice child = new() { ParentSliceNo = 0, Ordinals = new[] { 0L }, Attempt = 1, DueIn = TimeSpan.FromHours(5), Data = new byte[1] };
        await _session.CompleteAsync(new SliceCompletion { Slice = slice.Ref, Children = [child] }, Cancel);
        var seen = await _session.WaitForWorkAsync("email", 0, Cancel);
        var waiting = _session.WaitForWorkAsync("email", seen, Cancel).AsTask();

        // Timers stood still while it slept; a minute later the ledger has noticed.
        _clock.StepWallClock(TimeSpan.FromHours(5));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_purged_mailing_is_not_held_until_its_time_would_have_come()
    {
        var definition = await PurgedAsync();
        for (var i = 0; i < 10 && definition.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(definition.IsAlive);
    }

    // In a method of its own, so that no local variable holds what is to be let go.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> PurgedAsync()
    {
        var definition = new byte[100];
        var plan = new NewMailing { Id = MailingId.Create(), ExternalKey = "key", Name = "Letter", Lane = "email", Definition = definition, DefinitionHash = default };
        await _ledger.CreateMailingAsync(plan, Cancel);
        await _ledger.SealAsync(plan.Id, Cancel);
        Assert.Equal(1, await _ledger.PurgeAsync(TimeSpan.Zero, Cancel));
        return new WeakReference(definition);
    }
}
