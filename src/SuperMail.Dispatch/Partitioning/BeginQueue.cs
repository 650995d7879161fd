using System.Runtime.ExceptionServices;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// Windows that were cut, on their way to a durable begin: one begin at a time, in the order in which they were cut, and
/// whatever was cut meanwhile goes together with the next. The loop does not wait for it: a slot has its window and opens
/// its connection while the host looks through the recipients and the ledger waits for its disk. Used by the loop only.
/// </summary>
internal sealed class BeginQueue(ILedgerSession session, ILaneHost host, LanePool pool, Action<LaneEvent> tell)
{
    private List<Window> _cut = [];
    private List<Window> _begun = [];
    private bool _isBeginning;

    public void Add(Window window) => _cut.Add(window);

    /// <summary>Starts the next begin unless one is under way.</summary>
    public void Start()
    {
        if (_isBeginning || _cut.Count == 0)
        {
            return;
        }

        _isBeginning = true;
        (_cut, _begun) = (_begun, _cut);
        var screened = ScreenAsync();
        if (screened.IsCompletedSuccessfully)
        {
            Screened(new(screened.Result, null));
        }
        else
        {
            _ = TellScreenedAsync(screened);
        }
    }

    /// <summary>The host has said whom it does not want to be written to.</summary>
    public void Screened(LaneEvent.Screened screened)
    {
        Rethrow(screened.Fault);
        var ranges = new List<SliceRange>();
        foreach (var window in _begun)
        {
            for (var i = window.Parts.Count - 1; i >= 0; i--)
            {
                if (MustNotBegin(window.Parts[i], screened.Failed))
                {
                    window.Parts[i].Cursor.Rewind(window.Parts[i].First, window.Parts[i].Count);
                    window.Parts.RemoveAt(i);
                }
            }

            foreach (var part in window.Parts)
            {
                ranges.Add(new SliceRange(part.Cursor.Slice.Ref, part.First, part.Count));
            }
        }

        var begun = ranges.Count > 0 ? session.BeginAsync(ranges, CancellationToken.None) : new([]);
        if (begun.IsCompletedSuccessfully)
        {
            Begun(new(begun.Result, null));
        }
        else
        {
            _ = TellBegunAsync(begun);
        }
    }

    /// <summary>The begin is durable: what was accepted may leave, the rest was never out.</summary>
    public void Begun(LaneEvent.Begun begun)
    {
        Rethrow(begun.Fault);
        var next = 0;
        foreach (var window in _begun)
        {
            for (var i = 0; i < window.Parts.Count; i++)
            {
                var (part, result) = (window.Parts[i], begun.Results[next++]);
                if (result is BeginResult.Accepted)
                {
                    continue;
                }

                part.Cursor.Rewind(part.First, part.Count);
                part.Cursor.Fenced |= result is BeginResult.Fenced;
                window.Parts.RemoveAt(i--);
            }

            window.Settle();
        }

        _begun.Clear();
        _isBeginning = false;
        Start();
    }

    // A part behind one that was rewound is out of order: the ledger would begin a slice with a gap. A mailing that could not
    // be screened is paused by whoever found that; it may go on already, and must not be stopped here for good.
    private bool MustNotBegin(Window.Part part, IReadOnlyCollection<MailingId> unscreened) =>
        part.First >= part.Cursor.Next || part.Cursor.Fenced || (part.Cursor.Stopped && pool.IsStopped(part.Cursor.Mailing))
        || unscreened.Contains(part.Cursor.Mailing);

    private async ValueTask<IReadOnlyCollection<MailingId>> ScreenAsync()
    {
        List<MailingId>? failed = null;
        foreach (var window in _begun)
        {
            if (await host.ScreenAsync(window).ConfigureAwait(false) is { Count: > 0 } some)
            {
                (failed ??= []).AddRange(some);
            }
        }

        return failed ?? (IReadOnlyCollection<MailingId>)[];
    }

    private async Task TellScreenedAsync(ValueTask<IReadOnlyCollection<MailingId>> screened)
    {
        try
        {
            tell(new LaneEvent.Screened(await screened.ConfigureAwait(false), null));
        }
        catch (Exception fault)
        {
            tell(new LaneEvent.Screened([], fault)); // the loop's own: nothing more may be sent
        }
    }

    private async Task TellBegunAsync(ValueTask<IReadOnlyList<BeginResult>> begun)
    {
        try
        {
            tell(new LaneEvent.Begun(await begun.ConfigureAwait(false), null));
        }
        catch (Exception fault)
        {
            tell(new LaneEvent.Begun([], fault));
        }
    }

    private static void Rethrow(Exception? fault)
    {
        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }
}
