using System.Text;
using Microsoft.Data.Sqlite;
using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests;

/// <summary>The words of tests that look at a ledger's file rather than at its contract.</summary>
public abstract class LedgerFileTest : IDisposable
{
    protected const string Lane = "email";

    protected static readonly OutcomeCode Sent = new(OutcomeKind.Sent);

    internal LedgerFolder Folder { get; } = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected string Path => Folder.Ledger;

    internal SqliteLedger Open(string? path = null, int? maxPages = null, LedgerDurability durability = LedgerDurability.ProcessCrash) => SqliteLedger.Open(
        new SqliteLedgerOptions { Path = path ?? Path, Durability = durability, MaxPages = maxPages }, TimeProvider.System);

    protected static NewMailing Plan(string? key = null) => new()
    {
        Id = MailingId.Create(),
        ExternalKey = key,
        Name = "Letter",
        Lane = Lane,
        Definition = "definition"u8.ToArray(),
        DefinitionHash = "hash"u8.ToArray(),
    };

    /// <summary>A sealed mailing with slices of these sizes.</summary>
    protected static async Task<MailingId> SealedAsync(IMailingLedger ledger, params int[] sizes)
    {
        var plan = Plan();
        await ledger.CreateMailingAsync(plan, Cancel);
        var next = 0L;
        foreach (var size in sizes)
        {
            await ledger.AppendSlicesAsync(plan.Id, next, [new NewSlice(size, Encoding.UTF8.GetBytes($"secret recipients {next}"))], new byte[32], Cancel);
            next += size;
        }

        await ledger.SealAsync(plan.Id, Cancel);
        return plan.Id;
    }

    protected static async Task<ClaimedSlice> ClaimOneAsync(ILedgerSession session, MailingId mailing) =>
        Assert.Single(await session.ClaimAsync(mailing, 1, Cancel));

    /// <summary>Begins and records from a position on.</summary>
    protected static async Task SendAsync(ILedgerSession session, ClaimedSlice slice, int first, int count)
    {
        await BeginAsync(session, slice, first, count);
        await RecordAsync(session, slice, first, count);
    }

    protected static async Task BeginAsync(ILedgerSession session, ClaimedSlice slice, int first, int count) =>
        Assert.Equal([BeginResult.Accepted], await session.BeginAsync([new SliceRange(slice.Ref, first, count)], Cancel));

    protected static async Task RecordAsync(ILedgerSession session, ClaimedSlice slice, int first, int count) => await session.RecordAsync(
        [new OutcomeRange { Slice = slice.Ref, First = first, Codes = Enumerable.Repeat(Sent, count).ToArray() }], Cancel);

    /// <summary>Runs statements on a file that no ledger has open.</summary>
    /// <returns>The first column of the first row, if there is one.</returns>
    protected static object? Sql(string path, string statements)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
