using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Storage;

public sealed class SecondProcessTests : LedgerFileTest
{
    [Fact(Timeout = 60_000)]
    public async Task A_second_process_is_refused_and_told_why()
    {
        await using var ledger = Open();
        using var other = await OtherProcess.OpenAsync(Path, Cancel);
        Assert.Contains("open already", other.Said, StringComparison.Ordinal);
        Assert.Contains(Path, other.Said, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_is_killed_leaves_the_ledger_to_the_next()
    {
        using var other = await OtherProcess.OpenAsync(Path, Cancel);
        Assert.Equal("open", other.Said);
        Assert.Throws<SqliteLedgerException>(() => Open());
        await other.KillAsync(Cancel);
        await using var ledger = Open();
        Assert.False(ledger.IsOlderCopy);
    }

    [Fact]
    public async Task A_second_dispatcher_of_the_same_process_is_refused_too()
    {
        await using var ledger = Open();
        var refused = Assert.Throws<SqliteLedgerException>(() => Open());
        Assert.Contains("file of its own", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_was_closed_can_be_opened_again()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var ledger = Open();
            await SealedAsync(ledger, 1);
        }

        Assert.Equal(3L, Sql(Path, "SELECT count(*) FROM mailing"));
        Assert.False(File.Exists(Path + "-wal"), "A ledger that was closed is one file, and its guard.");
    }
}
