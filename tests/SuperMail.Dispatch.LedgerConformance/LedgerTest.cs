using System.Text;
using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>The words in which the suite speaks. A ledger's test project derives one class from each conformance class.</summary>
public abstract class LedgerTest<TLedger> : IAsyncLifetime
    where TLedger : LedgerUnderTest, new()
{
    protected const string Lane = "email";

    protected static readonly OutcomeCode Sent = new(OutcomeKind.Sent);
    protected static readonly OutcomeCode Failed = new(OutcomeKind.Failed, OutcomeReason.Reply);
    protected static readonly OutcomeCode Retry = new(OutcomeKind.Retry, OutcomeReason.Reply);
    protected static readonly OutcomeCode NotSent = new(OutcomeKind.NotSent, OutcomeReason.ConnectionLost);
    protected static readonly OutcomeCode InDoubt = new(OutcomeKind.InDoubt, OutcomeReason.ProcessEnded);
    protected static readonly OutcomeCode Cancelled = new(OutcomeKind.Cancelled);

    /// <summary>Only a broken ledger lets a test wait this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected TLedger Under { get; } = new();

    protected IMailingLedger Ledger => Under.Ledger;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected ILedgerSession Session { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Under.StartAsync();
        Session = await Ledger.OpenSessionAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Under.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static Task Soon(Task task) => task.WaitAsync(Patience, Cancel);

    protected static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(Patience, Cancel);

    protected static Task<T> Soon<T>(ValueTask<T> task) => Soon(task.AsTask());

    protected static NewMailing Plan(string? key = null) => new()
    {
        Id = MailingId.Create(),
        ExternalKey = key,
        Name = "Letter",
        Lane = Lane,
        Definition = Encoding.UTF8.GetBytes("definition"),
        DefinitionHash = Encoding.UTF8.GetBytes("hash"),
    };

    /// <summary>Data that says whose it is.</summary>
    protected static ReadOnlyMemory<byte> Blob(long first, int count) => Encoding.UTF8.GetBytes($"{first}+{count}");

    /// <summary>A sealed mailing with a slice of each of these sizes.</summary>
    protected async Task<MailingId> SealedAsync(params int[] sizes) => await SealedAsync(Plan(), sizes);

    protected async Task<MailingId> SealedAsync(NewMailing plan, params int[] sizes)
    {
        await UnsealedAsync(plan, sizes);
        await Ledger.SealAsync(plan.Id, Cancel);
        return plan.Id;
    }

    protected async Task<MailingId> UnsealedAsync(NewMailing plan, params int[] sizes)
    {
        await Ledger.CreateMailingAsync(plan, Cancel);
        await AppendAsync(plan.Id, 0, sizes);
        return plan.Id;
    }

    protected async Task AppendAsync(MailingId mailing, long first, params int[] sizes)
    {
        var slices = new List<NewSlice>();
        var next = first;
        foreach (var size in sizes)
        {
            slices.Add(new NewSlice(size, Blob(next, size)));
            next += size;
        }

        if (slices.Count > 0)
        {
            await Ledger.AppendSlicesAsync(mailing, first, slices, Blob(0, (int)next), Cancel);
        }
    }

    protected Task<ClaimedSlice> ClaimOneAsync(MailingId mailing) => ClaimOneAsync(Session, mailing);

    protected static async Task<ClaimedSlice> ClaimOneAsync(ILedgerSession session, MailingId mailing) =>
        Assert.Single(await session.ClaimAsync(mailing, 1, Cancel));

    protected Task<BeginResult> BeginAsync(ClaimedSlice slice, int first, int count) => BeginAsync(Session, slice, first, count);

    protected static async Task<BeginResult> BeginAsync(ILedgerSession session, ClaimedSlice slice, int first, int count) =>
        Assert.Single(await session.BeginAsync([new SliceRange(slice.Ref, first, count)], Cancel));

    protected Task RecordAsync(ClaimedSlice slice, int first, params OutcomeCode[] codes) => RecordAsync(Session, slice, first, codes);

    protected static async Task RecordAsync(ILedgerSession session, ClaimedSlice slice, int first, params OutcomeCode[] codes) =>
        await session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = first, Codes = codes }], Cancel);

    /// <summary>Begins and records from a position on.</summary>
    protected async Task SendAsync(ClaimedSlice slice, int first, params OutcomeCode[] codes)
    {
        Assert.Equal(BeginResult.Accepted, await BeginAsync(slice, first, codes.Length));
        await RecordAsync(slice, first, codes);
    }

    protected Task<CompletionResult> CompleteAsync(ClaimedSlice slice, params NewChildSlice[] children) =>
        CompleteAsync(Session, slice, children);

    protected static async Task<CompletionResult> CompleteAsync(ILedgerSession session, ClaimedSlice slice, params NewChildSlice[] children) =>
        await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref, Children = children }, Cancel);

    protected static NewChildSlice Child(ClaimedSlice parent, int attempt, TimeSpan dueIn, params long[] ordinals) =>
        Child(parent.Ref.SliceNo, attempt, dueIn, ordinals);

    protected static NewChildSlice Child(int parent, int attempt, TimeSpan dueIn, params long[] ordinals) => new()
    {
        ParentSliceNo = parent,
        Ordinals = ordinals,
        Attempt = attempt,
        DueIn = dueIn,
        Data = Blob(ordinals[0], ordinals.Length),
    };

    protected async Task<LedgerMailing> FindAsync(MailingId mailing)
    {
        var found = await Ledger.FindMailingAsync(mailing, Cancel);
        Assert.NotNull(found);
        return found;
    }

    /// <summary>The counts, after the test that they sum up.</summary>
    protected async Task<MailingCounts> CountsAsync(MailingId mailing)
    {
        var counts = (await FindAsync(mailing)).Counts;
        Assert.True(counts.Ready >= 0 && counts.Retry >= 0, $"{counts}");
        return counts;
    }

    protected async Task<LedgerMailing> WantAsync(MailingId mailing, DesiredState desired, string? reason = null) =>
        await Ledger.SetDesiredStateAsync(mailing, desired, reason, null, Cancel);

    protected async Task<List<MailingId>> ReadyAsync() =>
        [.. (await Session.ListReadyAsync(Lane, 100, Cancel)).Select(ready => ready.Mailing)];

    /// <summary>Lets the lease of every session run out that does not beat again.</summary>
    protected async Task ExpireAsync(ILedgerSession session)
    {
        var lease = (await session.HeartbeatAsync([], Cancel)).Lease;
        await Under.AdvanceAsync(lease);
    }

    protected async Task<List<LedgerOutcome>> OutcomesAsync(MailingId mailing, long after = 0) =>
        await Ledger.ReadOutcomesAsync(mailing, after, Cancel).ToListAsync(Cancel);

    protected async Task<List<LedgerSlice>> SlicesAsync(MailingId mailing) =>
        await Ledger.ReadSlicesAsync(mailing, Cancel).ToListAsync(Cancel);

    protected static IEnumerable<(long Ordinal, OutcomeCode Code)> Flat(IEnumerable<LedgerOutcome> rows) =>
        rows.SelectMany(row => row.Ordinals.ToArray().Zip(row.Codes.ToArray()));
}
