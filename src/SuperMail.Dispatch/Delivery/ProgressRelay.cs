using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Tells callers how far their mailings are: at most ten times a second, and once at the end.</summary>
internal sealed class ProgressRelay(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Several calls may wait for one mailing: the same external key gives the same mailing.
    private readonly ConcurrentDictionary<MailingId, ImmutableArray<Listener>> _listeners = [];

    /// <summary>One call that waits.</summary>
    public sealed class Listener(MailingId mailing, IProgress<MailingProgress> progress)
    {
        public readonly MailingId Mailing = mailing;
        public readonly IProgress<MailingProgress> Progress = progress;
        public readonly Lock Turn = new();
        public long? Last;
        public double Rate;
        public bool Failed;
        public bool Ended;
    }

    public Listener? Listen(MailingId mailing, IProgress<MailingProgress>? progress)
    {
        if (progress is null)
        {
            return null;
        }

        var listener = new Listener(mailing, progress);
        _listeners.AddOrUpdate(mailing, [listener], (_, others) => others.Add(listener));
        return listener;
    }

    public void Moved(MailingRun run)
    {
        // Not IsEmpty before it: that takes every lock of the dictionary when it is, for each message of all connections.
        if (!_listeners.TryGetValue(run.Definition.Id, out var listeners))
        {
            return;
        }

        foreach (var listener in listeners)
        {
            // Whoever finds the door shut leaves: a slow callback must not hold up the other connections.
            if (!listener.Turn.TryEnter())
            {
                continue;
            }

            try
            {
                if (!listener.Ended && (listener.Last is not { } last || time.GetElapsedTime(last) >= Interval))
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
    }

    /// <summary>
    /// The call that listens is about to return: tells the account that it returns, as the last word. Not left to the
    /// engine, whose own notice of the end may come after the call has seen it in the ledger and gone.
    /// </summary>
    public void End(Listener? listener, MailingReport report, bool isSealed)
    {
        if (listener is null)
        {
            return;
        }

        lock (listener.Turn)
        {
            if (!listener.Ended)
            {
                listener.Ended = true;
                Tell(listener, new MailingProgress
                {
                    Id = report.Id,
                    Counts = report.Counts,
                    Sealed = isSealed,
                    Rate = listener.Rate,
                    Remaining = isSealed && report.Counts.Final == report.Counts.Accepted ? TimeSpan.Zero : null,
                });
            }
        }
    }

    public void Leave(Listener? listener)
    {
        if (listener is null)
        {
            return;
        }

        var left = _listeners.AddOrUpdate(listener.Mailing, [], (_, all) => all.Remove(listener));
        if (left.IsEmpty)
        {
            _listeners.TryRemove(new KeyValuePair<MailingId, ImmutableArray<Listener>>(listener.Mailing, left));
        }
    }

    private void Tell(Listener listener, MailingProgress progress)
    {
        listener.Rate = progress.Rate;
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
