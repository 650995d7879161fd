using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Tells callers how far their mailings are: at most ten times a second, and once at the end.</summary>
internal sealed class ProgressRelay(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<MailingId, Listener> _listeners = [];

    private sealed class Listener(IProgress<MailingProgress> progress)
    {
        public readonly IProgress<MailingProgress> Progress = progress;
        public readonly Lock Turn = new();
        public long Last;
        public bool Failed;
    }

    public void Listen(MailingId mailing, IProgress<MailingProgress>? progress)
    {
        if (progress is not null)
        {
            _listeners[mailing] = new Listener(progress);
        }
    }

    public void Leave(MailingId mailing) => _listeners.TryRemove(mailing, out _);

    public void Moved(MailingRun run)
    {
        if (_listeners.IsEmpty || !_listeners.TryGetValue(run.Definition.Id, out var listener))
        {
            return;
        }

        // Whoever finds the door shut leaves: a slow callback must not hold up the other connections.
        if (!listener.Turn.TryEnter())
        {
            return;
        }

        try
        {
            if (listener.Last == 0 || time.GetElapsedTime(listener.Last) >= Interval)
            {
                listener.Last = time.GetTimestamp();
                Tell(listener, run.Progress());
            }
        }
        finally
        {
            listener.Turn.Exit();
        }
    }

    /// <summary>The last word is the ledger's account: it also knows those who were judged when they were read.</summary>
    public void Ended(MailingRun run, MailingCounts account)
    {
        if (_listeners.TryRemove(run.Definition.Id, out var listener))
        {
            lock (listener.Turn)
            {
                Tell(listener, run.Progress() with { Counts = account, Remaining = TimeSpan.Zero });
            }
        }
    }

    private void Tell(Listener listener, MailingProgress progress)
    {
        try
        {
            listener.Progress.Report(progress);
        }
        catch (Exception fault)
        {
            // faults.md: a progress callback that throws is logged once, sending goes on.
            if (!listener.Failed)
            {
                listener.Failed = true;
                log.ProgressCallbackFailed(fault);
            }
        }
    }
}
