using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Writing;

public sealed class GroupCommitTests : LedgerFileTest
{
    [Fact]
    public async Task One_that_is_refused_leaves_no_trace_and_the_others_of_its_commit_stand()
    {
        await using var ledger = Open();
        var session = await ledger.OpenSessionAsync(Cancel);
        var mailing = await SealedAsync(ledger, [.. Enumerable.Repeat(10, 40)]);
        var slices = await session.ClaimAsync(mailing, 40, Cancel);

        // Every second one begins its first range and asks for one behind a gap: nothing of it may stand.
        var begins = slices.Select((slice, i) => Task.Run(
            () => session.BeginAsync([new SliceRange(slice.Ref, 0, 2), new SliceRange(slice.Ref, i % 2 == 0 ? 2 : 5, 1)], Cancel).AsTask(), Cancel)).ToArray();
        await Task.WhenAll(begins).ContinueWith(static _ => { }, TaskScheduler.Default);
        await session.DisposeAsync();

        var next = await ledger.OpenSessionAsync(Cancel);
        var found = await next.RecoverAsync(Lane, 100, Cancel);
        Assert.Equal(40, found.Count);
        Assert.All(found, slice => Assert.Equal(slice.Ref.SliceNo % 2 == 0 ? 3 : 0, slice.BegunThrough));
        Assert.All(begins.Where((_, i) => i % 2 == 1), begin => Assert.IsType<InvalidOperationException>(begin.Exception?.InnerException));
    }

    [Fact]
    public async Task What_was_given_up_before_its_commit_is_not_applied()
    {
        await using var ledger = Open();
        using var enough = new CancellationTokenSource();
        await enough.CancelAsync();
        var plan = Plan();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.CreateMailingAsync(plan, enough.Token).AsTask());
        Assert.Null(await ledger.FindMailingAsync(plan.Id, Cancel));
    }

    [Fact]
    public async Task What_was_asked_before_the_close_is_written_and_what_comes_after_is_refused()
    {
        var plans = Enumerable.Range(0, 200).Select(_ => Plan()).ToArray();
        Task[] creations;
        var ledger = Open();
        try
        {
            creations = [.. plans.Select(plan => ledger.CreateMailingAsync(plan, Cancel).AsTask())];
        }
        finally
        {
            await ledger.DisposeAsync();
        }

        await Task.WhenAll(creations);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.CreateMailingAsync(Plan(), Cancel).AsTask());
        Assert.Equal(200L, Sql(Path, "SELECT count(*) FROM mailing"));
    }

    [Fact]
    public async Task Whoever_shares_a_commit_that_fails_is_told_nothing_else_than_that_it_failed()
    {
        await using var store = LedgerStore.Open(new SqliteLedgerOptions { Path = Path }, TimeProvider.System);
        await store.Writer.ApplyAsync(
            static scope => scope.Database.Run("CREATE TABLE one (id INTEGER PRIMARY KEY, other INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED) STRICT"), Cancel);

        // Every statement is accepted; what is wrong comes out at the commit, as with a disk that fails at the last moment.
        // The first one keeps the writer busy alone until both others wait, so that they share the next commit.
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bothWait = new ManualResetEventSlim();
        var held = store.Writer.ApplyAsync(
            _ =>
            {
                busy.SetResult();
                bothWait.Wait(Cancel);
                return 0;
            },
            Cancel).AsTask();
        await busy.Task;
        var broken = store.Writer.ApplyAsync(static scope => scope.Database.Run("INSERT INTO one (id, other) VALUES (1, 9)"), Cancel).AsTask();
        var innocent = store.Writer.ApplyAsync(static scope => scope.Database.Run("INSERT INTO one (id, other) VALUES (2, NULL)"), Cancel).AsTask();
        bothWait.Set();
        await held;
        await Assert.ThrowsAsync<SqliteLedgerException>(() => broken);
        await Assert.ThrowsAsync<SqliteLedgerException>(() => innocent);
        Assert.Equal(0L, store.Readers.Read(static reader => reader.Ask("SELECT count(*) FROM one")));
    }
}
