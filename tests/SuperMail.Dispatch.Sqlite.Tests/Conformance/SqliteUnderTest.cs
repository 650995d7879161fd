using SuperMail.Dispatch.LedgerConformance;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Sqlite.Tests.Conformance;

/// <summary>A ledger in a file of the test's own, on a clock of the test's own.</summary>
public sealed class SqliteUnderTest : LedgerUnderTest
{
    private readonly FakeClock _clock = new();
    private readonly LedgerFolder _folder = new();
    private readonly List<SqliteLedger> _opened = [];
    private string? _path;

    public override IMailingLedger Ledger => _opened[^1];

    public override DateTimeOffset Now => _clock.GetUtcNow();

    public override ValueTask StartAsync()
    {
        _path = _folder.Ledger;
        Open();
        return ValueTask.CompletedTask;
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    /// <summary>The files as they are now, opened elsewhere: the first one has no part in it any more.</summary>
    public override ValueTask ReopenAsync()
    {
        _path = _folder.Copy(_path!);
        Open();
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var ledger in _opened)
        {
            await ledger.DisposeAsync();
        }

        _folder.Dispose();
    }

    // The suite is about what is kept, and syncs would only make it slow.
    private void Open() => _opened.Add(SqliteLedger.Open(new SqliteLedgerOptions { Path = _path!, Durability = LedgerDurability.ProcessCrash }, _clock));
}
