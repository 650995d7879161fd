using System.Collections.Concurrent;
using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>The mailings that this process sends, loaded from the ledger when they are first met.</summary>
internal sealed class MailingRuns(IMailingLedger ledger, TimeProvider time)
{
    private readonly ConcurrentDictionary<MailingId, MailingRun> _runs = [];

    public MailingRun this[MailingId mailing] => _runs[mailing];

    public bool TryGet(MailingId mailing, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out MailingRun run) =>
        _runs.TryGetValue(mailing, out run);

    public IEnumerable<MailingRun> Active => _runs.Values.Where(static r => !r.Stopped);

    public MailingRun Add(EmailDefinition definition, LedgerMailing mailing) =>
        _runs.GetOrAdd(definition.Id, _ => Make(definition, mailing));

    public async ValueTask<MailingRun> GetAsync(MailingId id, CancellationToken cancellationToken)
    {
        if (_runs.TryGetValue(id, out var run))
        {
            return run;
        }

        var mailing = await ledger.FindMailingAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new KeyNotFoundException($"There is no mailing {id} in the ledger.");
        return Add(DefinitionCodec.Decode(mailing.Created.Definition), mailing);
    }

    public void Remove(MailingId mailing) => _runs.TryRemove(mailing, out _);

    /// <summary>Everybody who waits looks again: the engine failed or stops.</summary>
    public void PulseAll()
    {
        foreach (var run in _runs.Values)
        {
            run.Pulse();
        }
    }

    private MailingRun Make(EmailDefinition definition, LedgerMailing mailing) =>
        new(definition, MessageComposer.Create(definition), mailing.Counts, time)
        {
            Sealed = mailing.Sealed,
            Stopped = mailing.Desired is not DesiredState.Run,
        };
}
