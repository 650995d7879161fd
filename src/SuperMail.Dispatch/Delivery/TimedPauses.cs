using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Reports;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>The mailings whose pause ends by itself, above all after a daily quota. Looked at with each heartbeat.</summary>
internal sealed class TimedPauses(IMailingLedger ledger, TimeProvider time, Action<MailingId> letGo, ILogger log)
{
    private readonly ConcurrentDictionary<MailingId, DateTimeOffset> _ends = [];

    /// <summary>A mailing is paused until then.</summary>
    public void Add(MailingId mailing, DateTimeOffset until) => _ends[mailing] = until;

    /// <summary>What an ended process left paused.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (!ledger.Capabilities.Durable)
        {
            return;
        }

        await foreach (var mailing in ledger.ListMailingsAsync(unfinishedOnly: true, cancellationToken).ConfigureAwait(false))
        {
            if (EndOf(mailing) is { } until)
            {
                Add(mailing.Id, until);
            }
        }
    }

    public async ValueTask EndDueAsync(CancellationToken cancellationToken)
    {
        foreach (var (mailing, until) in _ends)
        {
            if (until <= time.GetUtcNow() && _ends.TryRemove(mailing, out _))
            {
                await EndAsync(mailing, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask EndAsync(MailingId id, CancellationToken cancellationToken)
    {
        // Only the pause that named this time: the host may have resumed, paused or cancelled it since.
        if (await ledger.FindMailingAsync(id, cancellationToken).ConfigureAwait(false) is not { } mailing || !(EndOf(mailing) <= time.GetUtcNow()))
        {
            return;
        }

        try
        {
            await ledger.SetDesiredStateAsync(id, DesiredState.Run, null, mailing.ControlVersion, cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerConflictException)
        {
            return; // somebody decided otherwise just now
        }

        letGo(id);
        log.MailingResumed(id.ToString());
    }

    private static DateTimeOffset? EndOf(LedgerMailing mailing) =>
        mailing is { Desired: DesiredState.Pause, IsFinished: false } ? TimedPause.TimeIn(mailing.Reason) : null;
}
