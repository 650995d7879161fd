using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Storage;

/// <summary>A copy from a backup knows nothing of what was sent since: it must not send that again by itself.</summary>
public sealed class RestoredCopyTests : LedgerFileTest
{
    /// <summary>A ledger of which a copy was made in the middle, and which then went on and was closed.</summary>
    /// <returns>The copy, and the mailing that is unfinished in it.</returns>
    private async Task<(string Backup, MailingId Mailing)> BackUpInTheMiddleAsync()
    {
        await using var ledger = Open();
        var mailing = await SealedAsync(ledger, 10);
        var session = await ledger.OpenSessionAsync(Cancel);
        var slice = await ClaimOneAsync(session, mailing);
        await SendAsync(session, slice, 0, 4);
        var backup = Folder.Copy(Path);
        await SendAsync(session, slice, 4, 3);
        return (backup, mailing);
    }

    private void Restore(string backup)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(Path + suffix);
            if (File.Exists(backup + suffix))
            {
                File.Copy(backup + suffix, Path + suffix);
            }
        }
    }

    [Fact]
    public async Task What_is_unfinished_in_an_older_copy_is_paused_with_a_reason_that_says_what_to_do()
    {
        var (backup, mailing) = await BackUpInTheMiddleAsync();
        Restore(backup);
        await using var ledger = Open();
        Assert.True(ledger.IsOlderCopy);
        var found = (await ledger.FindMailingAsync(mailing, Cancel))!;
        Assert.Equal((DesiredState.Pause, 4L), (found.Desired, found.Counts.Sent));
        Assert.Contains("older copy", found.Reason, StringComparison.Ordinal);
        Assert.Contains("resume", found.Reason, StringComparison.Ordinal);
        var session = await ledger.OpenSessionAsync(Cancel);
        Assert.Empty(await session.ListReadyAsync(Lane, 10, Cancel));
    }

    [Fact]
    public async Task Who_resumed_it_is_not_asked_again()
    {
        var (backup, mailing) = await BackUpInTheMiddleAsync();
        Restore(backup);
        await using (var ledger = Open())
        {
            await ledger.SetDesiredStateAsync(mailing, DesiredState.Run, null, null, Cancel);
        }

        await using var again = Open();
        Assert.False(again.IsOlderCopy);
        Assert.Equal(DesiredState.Run, (await again.FindMailingAsync(mailing, Cancel))!.Desired);
    }

    [Fact]
    public async Task A_copy_without_its_guard_is_treated_like_an_older_one()
    {
        var (_, mailing) = await BackUpInTheMiddleAsync();
        File.Delete(Path + "-guard");
        await using var ledger = Open();
        Assert.True(ledger.IsOlderCopy);
        Assert.Equal(DesiredState.Pause, (await ledger.FindMailingAsync(mailing, Cancel))!.Desired);
    }

    [Fact]
    public async Task Another_ledger_in_its_place_is_noticed()
    {
        await BackUpInTheMiddleAsync();
        var other = Folder.InFolder("other.db");
        MailingId mailing;
        await using (var ledger = Open(other))
        {
            mailing = await SealedAsync(ledger, 2);
        }

        Restore(other);
        await using var replaced = Open();
        Assert.True(replaced.IsOlderCopy);
        Assert.Equal(DesiredState.Pause, (await replaced.FindMailingAsync(mailing, Cancel))!.Desired);
    }

    [Fact]
    public async Task What_a_killed_process_leaves_is_not_taken_for_an_older_copy()
    {
        await using var ledger = Open();
        var mailing = await SealedAsync(ledger, 10);
        var session = await ledger.OpenSessionAsync(Cancel);
        var slice = await ClaimOneAsync(session, mailing);
        for (var first = 0; first < 10; first += 2)
        {
            await BeginAsync(session, slice, first, 2);
            await using var left = Open(Folder.Copy(Path));
            Assert.False(left.IsOlderCopy);
        }
    }

    [Fact]
    public async Task What_is_finished_or_cancelled_stays_as_it_is()
    {
        MailingId finished, cancelled;
        string backup;
        await using (var ledger = Open())
        {
            var session = await ledger.OpenSessionAsync(Cancel);
            finished = await SealedAsync(ledger);
            cancelled = await SealedAsync(ledger, 2);
            await BeginAsync(session, await ClaimOneAsync(session, cancelled), 0, 1);
            await ledger.SetDesiredStateAsync(cancelled, DesiredState.Cancel, null, null, Cancel);
            backup = Folder.Copy(Path);
            var later = await SealedAsync(ledger, 2);
            await BeginAsync(session, await ClaimOneAsync(session, later), 0, 1);
        }

        Restore(backup);
        await using var restored = Open();
        Assert.True(restored.IsOlderCopy);
        Assert.Equal(DesiredState.Run, (await restored.FindMailingAsync(finished, Cancel))!.Desired);
        Assert.Equal(DesiredState.Cancel, (await restored.FindMailingAsync(cancelled, Cancel))!.Desired);
    }
}
