using System.Collections.Concurrent;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>The mailings that this process sends, loaded from the ledger when they are first met.</summary>
internal sealed class MailingRuns(IMailingLedger ledger, TimeProvider time)
{
    private readonly ConcurrentDictionary<MailingId, MailingRun> _runs = [];

    public MailingRun this[MailingId mailing] => _runs[mailing];

    public bool TryGet(MailingId mailing, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out MailingRun run) =>
        _runs.TryGetValue(mailing, out run);

    public IEnumerable<MailingRun> ActiveIn(string lane) => _runs.Values.Where(r => !r.Stopped && r.Lane == lane);

    public MailingRun Add(MailingDefinition definition, LedgerMailing mailing) =>
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

    private MailingRun Make(MailingDefinition definition, LedgerMailing mailing)
    {
        MailingRun run = definition is SmsDefinition sms
            ? new SmsRun(sms, mailing.Counts, time)
            : new EmailRun((EmailDefinition)definition, mailing.Counts, time);
        run.Sealed = mailing.Sealed;
        run.Stopped = mailing.Desired is not DesiredState.Run;
        return run;
    }
}
