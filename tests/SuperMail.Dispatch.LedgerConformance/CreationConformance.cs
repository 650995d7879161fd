using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Create, append, seal, list, purge.</summary>
public abstract class CreationConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    [Fact]
    public async Task A_new_mailing_runs_is_unsealed_and_empty()
    {
        var plan = Plan("key") with { Priority = MailingPriority.High, InDoubtPolicy = InDoubtPolicy.Resend, ResendOf = MailingId.Create() };
        var (mailing, existed) = await Ledger.CreateMailingAsync(plan, Cancel);

        Assert.False(existed);
        Assert.Equal(plan.Id, mailing.Id);
        Assert.Equal(DesiredState.Run, mailing.Desired);
        Assert.Equal(0, mailing.ControlVersion);
        Assert.False(mailing.Sealed);
        Assert.False(mailing.IsFinished);
        Assert.Null(mailing.NextDue);
        Assert.Equal(default, mailing.Counts);
        Assert.Equal(Under.Now, mailing.CreatedAt);

        var found = (await FindAsync(plan.Id)).Created;
        Assert.Equal(plan.Definition.ToArray(), found.Definition.ToArray());
        Assert.Equal(plan.DefinitionHash.ToArray(), found.DefinitionHash.ToArray());
        Assert.Equal(plan with { Definition = default, DefinitionHash = default }, found with { Definition = default, DefinitionHash = default });
    }

    [Fact]
    public async Task The_same_external_key_gives_the_first_mailing_and_creates_nothing()
    {
        var first = Plan("key");
        await UnsealedAsync(first, 3);
        var (mailing, existed) = await Ledger.CreateMailingAsync(Plan("key"), Cancel);

        Assert.True(existed);
        Assert.Equal(first.Id, mailing.Id);
        Assert.Equal(3, mailing.Counts.Accepted);
        Assert.Equal(first.Id, (await Ledger.FindMailingByKeyAsync("key", Cancel))!.Id);
        Assert.Null(await Ledger.FindMailingByKeyAsync("KEY", Cancel));
        Assert.Single(await Ledger.ListMailingsAsync(false, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Of_many_creations_with_one_key_at_once_one_wins()
    {
        var answers = await Soon(Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            Task.Run(() => Ledger.CreateMailingAsync(Plan("key"), Cancel).AsTask()))));
        Assert.Single(answers, answer => !answer.Existed);
        Assert.Single(answers.Select(answer => answer.Mailing.Id).Distinct());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        Assert.Null(await Ledger.FindMailingAsync(MailingId.Create(), Cancel));
        Assert.Null(await Ledger.FindRecipientAsync(MailingId.Create(), 0, Cancel));
        Assert.Null(await Ledger.FindByProviderKeyAsync("none", Cancel));
        Assert.Empty(await OutcomesAsync(MailingId.Create()));
        Assert.Empty(await SlicesAsync(MailingId.Create()));
        Assert.Empty(await Session.ClaimAsync(MailingId.Create(), 1, Cancel));
        await Assert.ThrowsAsync<LedgerConflictException>(() => AppendAsync(MailingId.Create(), 0, 1));
        await Assert.ThrowsAsync<LedgerConflictException>(() => Ledger.SealAsync(MailingId.Create(), Cancel).AsTask());
        await Assert.ThrowsAsync<LedgerConflictException>(() => WantAsync(MailingId.Create(), DesiredState.Pause));
    }

    [Fact]
    public async Task Slices_are_accepted_in_order_with_the_hash_over_them()
    {
        var mailing = await UnsealedAsync(Plan(), 3, 2);
        await AppendAsync(mailing, 5, 4);
        var found = await FindAsync(mailing);
        Assert.Equal(9, found.Counts.Accepted);
        Assert.Equal(9, found.Counts.Ready);
        Assert.Equal(Blob(0, 9).ToArray(), found.RunningHash.ToArray());
        Assert.Equal([(0, 0L, 3), (1, 3L, 2), (2, 5L, 4)], (await SlicesAsync(mailing)).Select(s => (s.SliceNo, s.Ordinals[0], s.Codes.Length)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task An_append_at_another_place_than_the_next_stores_nothing(long first)
    {
        var mailing = await UnsealedAsync(Plan(), 3);
        await Assert.ThrowsAsync<LedgerConflictException>(() => AppendAsync(mailing, first, 1));
        Assert.Equal(3, (await CountsAsync(mailing)).Accepted);
    }

    [Fact]
    public async Task A_sealed_mailing_takes_no_more()
    {
        var mailing = await SealedAsync(3);
        await Assert.ThrowsAsync<LedgerConflictException>(() => AppendAsync(mailing, 3, 1));
        Assert.True((await Ledger.SealAsync(mailing, Cancel)).Sealed);
    }

    [Fact]
    public async Task A_cancelled_mailing_takes_no_more_and_says_so()
    {
        var mailing = await UnsealedAsync(Plan(), 3);
        await WantAsync(mailing, DesiredState.Cancel);
        var fault = await Assert.ThrowsAsync<LedgerConflictException>(() => AppendAsync(mailing, 3, 1));
        Assert.Contains("cancelled", fault.Message, StringComparison.Ordinal);
        Assert.True((await Ledger.SealAsync(mailing, Cancel)).IsFinished);
    }

    [Fact]
    public async Task A_mailing_without_recipients_finishes_with_its_seal()
    {
        var mailing = await SealedAsync();
        Assert.Equal(Under.Now, (await FindAsync(mailing)).FinishedAt);
    }

    [Fact]
    public async Task Mailings_are_listed_in_order_of_creation()
    {
        var first = await SealedAsync(1);
        var finished = await SealedAsync();
        var last = await UnsealedAsync(Plan());
        Assert.Equal([first, finished, last], await Ledger.ListMailingsAsync(false, Cancel).Select(m => m.Id).ToListAsync(Cancel));
        Assert.Equal([first, last], await Ledger.ListMailingsAsync(true, Cancel).Select(m => m.Id).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Only_what_finished_long_enough_ago_is_purged_and_its_key_is_free_again()
    {
        var old = await SealedAsync(Plan("key"));
        var open = await SealedAsync(1);
        await Under.AdvanceAsync(TimeSpan.FromMinutes(2));
        var young = await SealedAsync();

        Assert.Equal(1, await Ledger.PurgeAsync(TimeSpan.FromMinutes(2), Cancel));
        Assert.Null(await Ledger.FindMailingAsync(old, Cancel));
        Assert.NotNull(await Ledger.FindMailingAsync(open, Cancel));
        Assert.NotNull(await Ledger.FindMailingAsync(young, Cancel));
        Assert.False((await Ledger.CreateMailingAsync(Plan("key"), Cancel)).Existed);
    }

    [Fact]
    public async Task Whether_the_reader_still_lives_is_told_until_the_seal()
    {
        var reader = await Ledger.OpenSessionAsync(Cancel);
        var mailing = await UnsealedAsync(Plan() with { ReaderInstanceId = reader.InstanceId }, 1);
        Assert.True((await FindAsync(mailing)).ReaderAlive);
        await ExpireAsync(reader);
        Assert.False((await FindAsync(mailing)).ReaderAlive);
        await reader.HeartbeatAsync([], Cancel);
        Assert.True((await FindAsync(mailing)).ReaderAlive);
        Assert.False((await Ledger.SealAsync(mailing, Cancel)).ReaderAlive);
    }
}
