using System.Runtime.ExceptionServices;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// The mailings that have work in the lane, the slices claimed of them, and the cutting of windows. Used by the
/// partitioner's loop only.
/// </summary>
internal sealed class LanePool(string lane, ILedgerSession session, ILaneHost host, Action<LaneEvent.SliceEnded> tell)
{
    private const int MostMailingsListed = 1000;

    // Those judged when they were read cost no quota; a list full of them must still come in bites.
    private const int MostPositions = 1000;

    private readonly Dictionary<MailingId, MailingFeed> _feeds = [];
    private readonly HashSet<MailingId> _stopped = [];
    private bool _stale = true;
    private bool _truncated;
    private int _ending;

    /// <summary>Slices with something left to cut, at most: more would blunt pause, priority and takeover.</summary>
    public int MostSlices { get; set; } = 10;

    /// <summary>Recipients that could be cut now.</summary>
    public long Ready
    {
        get
        {
            var ready = 0L;
            foreach (var feed in _feeds.Values)
            {
                ready += feed.Ready;
            }

            return ready;
        }
    }

    public bool HoldsSlices => _ending > 0 || _feeds.Values.Any(static f => f.Cursors.Count > 0);

    public IEnumerable<MailingId> Running => _feeds.Values.Where(static f => f.Cursors.Count > 0 || f.Claimable > 0).Select(static f => f.Mailing);

    public bool IsStopped(MailingId mailing) => _stopped.Contains(mailing);

    public void MarkStale() => _stale = true;

    /// <summary>Pause, cancel: nothing more of the mailing is cut, what is claimed goes back once it is quiet.</summary>
    public void Stop(MailingId mailing)
    {
        _stopped.Add(mailing);
        if (_feeds.TryGetValue(mailing, out var feed))
        {
            feed.Stopped = true;
            feed.Cursors.ForEach(static c => c.Stopped = true);
        }
    }

    public void StopAll()
    {
        foreach (var mailing in _feeds.Keys)
        {
            Stop(mailing);
        }
    }

    public void Resume(MailingId mailing)
    {
        _stopped.Remove(mailing);
        if (_feeds.TryGetValue(mailing, out var feed))
        {
            feed.Stopped = false;
        }

        _stale = true;
    }

    /// <summary>Asks the ledger who has work, if anything changed since.</summary>
    public async ValueTask RefreshAsync()
    {
        if (!_stale && !(_truncated && Ready == 0))
        {
            return;
        }

        _stale = false;
        var listed = await session.ListReadyAsync(lane, MostMailingsListed, CancellationToken.None).ConfigureAwait(false);
        _truncated = listed.Count == MostMailingsListed;
        foreach (var feed in _feeds.Values)
        {
            feed.Claimable = 0;
        }

        foreach (var ready in listed)
        {
            var feed = FeedOf(ready.Mailing, ready.Priority);
            feed.Claimable = ready.Recipients;
        }

        Forget();
    }

    /// <summary>Takes over what an ended process left.</summary>
    public async ValueTask RecoverAsync()
    {
        for (; ; )
        {
            var slices = await session.RecoverAsync(lane, MostSlices, CancellationToken.None).ConfigureAwait(false);
            foreach (var slice in slices)
            {
                var cursor = new SliceCursor(slice);
                if (slice.BegunThrough > slice.SettledThrough)
                {
                    var outcomes = await host.RecoverAsync(cursor).ConfigureAwait(false);
                    await session.RecordAsync(outcomes, CancellationToken.None).ConfigureAwait(false);
                }

                var feed = FeedOf(slice.Ref.Mailing, MailingPriority.Normal);
                cursor.Stopped = true; // goes back at once: who may run, and in whose turn, is decided by claiming
                feed.Cursors.Add(cursor);
            }

            if (slices.Count == 0)
            {
                return;
            }

            CompleteDone();
        }
    }

    /// <summary>Cuts one window of up to <paramref name="max"/> recipients to send to; null when nothing is ready.</summary>
    public async ValueTask<Window?> CutAsync(int max, Action<Window> completed)
    {
        Window? window = null;
        while (window is null || (window.Entries.Count < max && window.Positions < MostPositions))
        {
            var feed = RoundRobin.Next(_feeds.Values, CanServe);
            if (feed is null)
            {
                break;
            }

            var cursor = feed.Current ?? await ClaimAsync(feed).ConfigureAwait(false);
            if (cursor is null)
            {
                continue;
            }

            window ??= new Window(max, completed);
            cursor.Cut(window, max - window.Entries.Count);
            if (MustShare(feed))
            {
                cursor.Stopped = true;
            }
        }

        return window;
    }

    /// <summary>
    /// Ends the claims on slices of which nothing is out and nothing more will be cut. Not waited for: on a ledger that
    /// waits for its disk the next begin must not wait behind it, and mostly both go into one commit.
    /// </summary>
    public void CompleteDone()
    {
        foreach (var feed in _feeds.Values)
        {
            for (var i = feed.Cursors.Count - 1; i >= 0; i--)
            {
                var cursor = feed.Cursors[i];
                if (!cursor.IsDone)
                {
                    continue;
                }

                feed.Cursors.RemoveAt(i);
                if (cursor.Fenced)
                {
                    _stale = true;
                    cursor.MarkCompleted();
                    continue;
                }

                _ending++;
                _ = EndAsync(cursor);
            }
        }
    }

    /// <summary>The claim on a slice has ended, or could not be ended.</summary>
    public void Ended(LaneEvent.SliceEnded end)
    {
        _ending--;
        if (end.Fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        _stale = true;
        end.Cursor.MarkCompleted();
        if (end.Result is { Fenced: false } result)
        {
            host.Completed(result.Mailing);
        }
    }

    private async Task EndAsync(SliceCursor cursor)
    {
        try
        {
            tell(new LaneEvent.SliceEnded(cursor, await session.CompleteAsync(host.Settle(cursor), CancellationToken.None).ConfigureAwait(false), null));
        }
        catch (Exception fault)
        {
            tell(new LaneEvent.SliceEnded(cursor, null, fault)); // the loop's own: nothing more may be sent
        }
    }

    private bool CanServe(MailingFeed feed) =>
        !feed.Stopped && (feed.Current is not null || (feed.Claimable > 0 && SlicesToCut < MostSlices));

    private int SlicesToCut
    {
        get
        {
            var slices = 0;
            foreach (var feed in _feeds.Values)
            {
                slices += feed.SlicesToCut;
            }

            return slices;
        }
    }

    /// <summary>More mailings than slices may be held: after its window a mailing gives its slice back, so that others get a turn.</summary>
    private bool MustShare(MailingFeed feed) => SlicesToCut >= MostSlices && AnotherWaits(feed);

    private bool AnotherWaits(MailingFeed feed) =>
        _feeds.Values.Any(f => f != feed && !f.Stopped && f.Current is null && f.Claimable > 0);

    private async ValueTask<SliceCursor?> ClaimAsync(MailingFeed feed)
    {
        // Two at once where nobody else waits for a turn: a claim is a commit that begins wait behind.
        var most = _feeds.Count == 1 ? Math.Clamp(MostSlices - SlicesToCut, 1, 2) : 1;
        var claimed = await session.ClaimAsync(feed.Mailing, most, CancellationToken.None).ConfigureAwait(false);
        if (claimed.Count == 0)
        {
            feed.Claimable = 0;
            return null;
        }

        foreach (var slice in claimed)
        {
            var cursor = new SliceCursor(slice, host.OpenWireRecord(slice));
            feed.Claimable = Math.Max(0, feed.Claimable - cursor.Left);
            feed.Cursors.Add(cursor);
        }

        return feed.Cursors[^claimed.Count];
    }

    private MailingFeed FeedOf(MailingId mailing, MailingPriority priority)
    {
        var weight = MailingFeed.WeightOf(priority);
        if (!_feeds.TryGetValue(mailing, out var feed))
        {
            feed = new MailingFeed(mailing, weight) { Stopped = _stopped.Contains(mailing) };
            _feeds.Add(mailing, feed);
        }

        feed.Weight = weight;
        return feed;
    }

    private void Forget()
    {
        foreach (var feed in _feeds.Values.Where(static f => f.Claimable == 0 && f.Cursors.Count == 0).ToArray())
        {
            _feeds.Remove(feed.Mailing);
        }
    }
}
