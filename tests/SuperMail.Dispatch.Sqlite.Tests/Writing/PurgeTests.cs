using System.Text;
using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Writing;

public sealed class PurgeTests : LedgerFileTest
{
    private static readonly string[] Tables = ["mailing", "plan", "slice", "slice_data", "outcome", "failure", "event", "provider_key", "leaving"];

    private static async Task<MailingId> FinishedAsync(IMailingLedger ledger, int slices, OutcomeCode? last = null)
    {
        var session = await ledger.OpenSessionAsync(Cancel);
        var mailing = await SealedAsync(ledger, [.. Enumerable.Repeat(2, slices)]);
        foreach (var slice in await session.ClaimAsync(mailing, slices, Cancel))
        {
            await BeginAsync(session, slice, 0, 2);
            await session.RecordAsync(
                [
                    new OutcomeRange
                    {
                        Slice = slice.Ref,
                        First = 0,
                        Codes = new[] { Sent, last ?? Sent },
                        Failures = [new FailureDetail(slice.Ordinals[0], 1, 550, new EnhancedStatusCode(5, 1, 1), "no such user")],
                        ProviderKeys = [new ProviderKey(slice.Ordinals[0], $"{mailing}-{slice.Ordinals[0]}")],
                    },
                ],
                Cancel);
            await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, Cancel);
        }

        await ledger.RecordEventsAsync([new(new(mailing, 0), RecipientEventKind.Delivered, DateTimeOffset.UnixEpoch)], Cancel);
        await session.DisposeAsync();
        return mailing;
    }

    [Fact]
    public async Task Nothing_of_a_purged_mailing_is_left_not_even_in_free_pages()
    {
        await using (var ledger = Open())
        {
            await FinishedAsync(ledger, 700);
            Assert.Equal(1, await ledger.PurgeAsync(TimeSpan.Zero, Cancel));
        }

        Assert.All(Tables, table => Assert.Equal(0L, Sql(Path, $"SELECT count(*) FROM {table}")));
        Assert.DoesNotContain("secret recipients", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path, Cancel)), StringComparison.Ordinal);
        Assert.Equal("ok", Sql(Path, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task What_a_crash_left_of_a_purge_is_deleted_after_the_next_start_and_its_number_is_not_given_again()
    {
        await using (var ledger = Open())
        {
            await FinishedAsync(ledger, 3);
        }

        Sql(Path, "INSERT INTO leaving SELECT no FROM mailing; DELETE FROM mailing; DELETE FROM plan;");
        await using (var ledger = Open())
        {
            var mailing = await FinishedAsync(ledger, 1);
            Assert.Equal(2, (await ledger.FindMailingAsync(mailing, Cancel))!.Counts.Sent);
            Assert.Single(await ledger.ReadSlicesAsync(mailing, Cancel).ToListAsync(Cancel));
        }

        Assert.Equal(1L, Sql(Path, "SELECT count(*) FROM slice"));
        Assert.Equal(0L, Sql(Path, "SELECT count(*) FROM leaving"));
    }

    [Fact]
    public async Task A_large_mailing_is_deleted_in_parts_so_that_others_come_between()
    {
        await using (var ledger = Open())
        {
            await FinishedAsync(ledger, 700);
        }

        await using var store = LedgerStore.Open(new SqliteLedgerOptions { Path = Path }, TimeProvider.System);
        await store.Writer.ApplyAsync(static scope => MailingPurge.Begin(scope, TimeSpan.Zero), Cancel);
        var (parts, more) = (0, true);
        for (; more; parts++)
        {
            (more, var changes) = await store.Writer.ApplyAsync(
                static scope =>
                {
                    var before = (long)scope.Database.Ask("SELECT total_changes()")!;
                    return (MailingPurge.GoOn(scope), (long)scope.Database.Ask("SELECT total_changes()")! - before);
                },
                Cancel);
            Assert.InRange(changes, 0, 256);
        }

        Assert.InRange(parts, 10, 30);
    }

    [Fact]
    public async Task Recipients_go_with_the_end_of_their_mailing_when_that_is_wanted_but_those_in_doubt_wait_for_a_decision()
    {
        var options = new SqliteLedgerOptions { Path = Path, DeleteRecipientsWhenFinished = true };
        await using (var ledger = SqliteLedger.Open(options, TimeProvider.System))
        {
            Assert.False(ledger.Capabilities.KeepsSentData);
            var sent = await FinishedAsync(ledger, 3);
            Assert.All(await ledger.ReadSlicesAsync(sent, Cancel).ToListAsync(Cancel), slice => Assert.True(slice.Data.IsEmpty));
            Assert.Equal(6, (await ledger.FindMailingAsync(sent, Cancel))!.Counts.Sent);

            var doubtful = await FinishedAsync(ledger, 1, new OutcomeCode(OutcomeKind.InDoubt));
            Assert.False((await ledger.FindRecipientAsync(doubtful, 1, Cancel))!.SliceData.IsEmpty);
            await ledger.ReviseAsync(doubtful, [new(0, 1, OutcomeKind.InDoubt, new OutcomeCode(OutcomeKind.Sent, OutcomeReason.Assumed))], [], Cancel);
            Assert.True((await ledger.FindRecipientAsync(doubtful, 1, Cancel))!.SliceData.IsEmpty);
        }

        Assert.DoesNotContain("secret recipients", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path, Cancel)), StringComparison.Ordinal);
    }
}
