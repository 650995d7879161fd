using System.Threading.Channels;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// Carries completed windows to the ledger: whatever gathered while the last commit ran goes in the next one.
/// Unbounded on purpose: a report comes from inside a wire's conversation and must never wait; what bounds it is that
/// a turn draws no third window while its first is unrecorded.
/// </summary>
internal sealed class OutcomeRecorder(ILedgerSession session)
{
    private readonly Channel<Window> _windows =
        Channel.CreateUnbounded<Window>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(Window window) => _windows.Writer.TryWrite(window);

    public void Complete() => _windows.Writer.TryComplete();

    /// <summary>Runs until <see cref="Complete"/> and all is recorded, or the ledger fails. Not cancellable: what was sent must be remembered.</summary>
    public async Task RunAsync(Action<Window> recorded)
    {
        var batch = new List<Window>();
        var outcomes = new List<OutcomeRange>();
        while (await _windows.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            batch.Clear();
            outcomes.Clear();
            while (batch.Count < 64 && _windows.Reader.TryRead(out var window))
            {
                batch.Add(window);
                window.AppendOutcomes(outcomes);
            }

            await session.RecordAsync(outcomes, CancellationToken.None).ConfigureAwait(false);
            foreach (var window in batch)
            {
                window.MarkRecorded();
                recorded(window);
            }
        }
    }
}
