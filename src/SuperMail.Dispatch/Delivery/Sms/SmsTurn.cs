using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>The messages of one turn: composed, offered to the gateway in as few calls as it takes, reported one by one.</summary>
internal sealed class SmsTurn(SmsLane sms, Window window) : ICarried
{
    /// <summary>How long a gateway whose call was cut may take to say what it knows.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly Lane _lane = sms.Lane;

    // Used by the slot; looked at by whoever cuts.
    private readonly Lock _lock = new();
    private readonly List<SmsOffer> _open = [];
    private int _next;

    public bool Carries(MailingId mailing)
    {
        lock (_lock)
        {
            return _open.Exists(o => o.Entry.Mailing == mailing);
        }
    }

    /// <summary>Offers everything, or as much as may leave. Returns why the whole channel must pause, or null.</summary>
    public async ValueTask<string?> CarryAsync()
    {
        await window.Begun.ConfigureAwait(false);
        var settings = _lane.Settings.Sms;
        if (!sms.Gateways.TryGet(settings, out var gateway, out var fault))
        {
            return fault;
        }

        Compose(gateway.Capabilities);
        string? refusal = null;
        using var abort = _lane.EnterWire(this);
        try
        {
            while (refusal is null && !sms.Throttle.MustWait && TakeBatch(gateway.Capabilities.MaxBatch) is { Length: > 0 } batch
                && await WaitForRateAsync(settings, gateway, batch, abort.Token).ConfigureAwait(false)
                && Leaving(batch) is { Length: > 0 } leaving)
            {
                var results = await OfferAsync(gateway, leaving, abort.Token).ConfigureAwait(false);
                refusal = Report(gateway, leaving, results, abort.IsCancellationRequested);
            }
        }
        finally
        {
            _lane.LeaveWire(this);
        }

        return refusal;
    }

    /// <summary>What was begun and not offered goes back, uncharged.</summary>
    public void GiveBack()
    {
        foreach (var offer in _open.ToArray())
        {
            Close(offer, new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped), null, null);
        }

        for (; _next < window.Entries.Count; _next++)
        {
            window.Report(window.Entries[_next], new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped), null);
        }
    }

    private void Compose(SmsGatewayCapabilities capabilities)
    {
        for (; _next < window.Entries.Count; _next++)
        {
            var entry = window.Entries[_next];
            var run = (SmsRun)_lane.Runs[entry.Mailing];
            if (SmsOffer.TryMake(run, entry, capabilities, _lane.Log, out var offer, out var refusal))
            {
                lock (_lock)
                {
                    _open.Add(offer);
                }
            }
            else
            {
                run.Count(OutcomeKind.Failed);
                window.Report(entry, new OutcomeCode(OutcomeKind.Failed, refusal.Reason), new FailureDetail(entry.Ordinal, 0, 0, default, refusal.Fault));
                _lane.ReportProgress(run);
            }
        }
    }

    private SmsOffer[] TakeBatch(int most)
    {
        lock (_lock)
        {
            return [.. _open.Take(Math.Max(1, most))];
        }
    }

    /// <summary>False when the lane stops, or the drain of a mailing ends, before the rate allows the batch.</summary>
    private async ValueTask<bool> WaitForRateAsync(SmsSettings settings, ISmsGateway gateway, SmsOffer[] batch, CancellationToken abort)
    {
        var rate = settings.SegmentsPerSecond > 0 ? settings.SegmentsPerSecond : gateway.Capabilities.SuggestedSegmentsPerSecond;
        if (rate <= 0)
        {
            return true;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, _lane.Stopping);
        try
        {
            await sms.Pacer.WaitAsync(TimeSpan.FromSeconds(batch.Sum(static o => o.Segments) / rate), either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Those that may still leave; the others go back: their mailing was paused or cancelled meanwhile, or the lane stops.</summary>
    private SmsOffer[] Leaving(SmsOffer[] batch)
    {
        foreach (var offer in batch.Where(o => _lane.IsStopping || o.Run.Stopped))
        {
            Close(offer, new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped), null, null);
        }

        return [.. batch.Where(_open.Contains)];
    }

    private async ValueTask<IReadOnlyList<SmsSendResult>> OfferAsync(ISmsGateway gateway, SmsOffer[] batch, CancellationToken abort)
    {
        var began = _lane.Time.GetTimestamp();
        foreach (var offer in batch)
        {
            offer.Note(WireState.Left);
        }

        try
        {
            var sending = gateway.SendAsync([.. batch.Select(static o => o.Message)], abort);
            await CutOrDoneAsync(sending, abort).ConfigureAwait(false);

            // A gateway that looks at no token must not keep a stop from ending.
            return await sending.WaitAsync(LastWords, _lane.Time, CancellationToken.None).ConfigureAwait(false) ?? [];
        }
        catch (Exception fault) when (abort.IsCancellationRequested && fault is OperationCanceledException or TimeoutException)
        {
            return []; // cut, and nothing said: all of it is in doubt
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _lane.Log.GatewayFailed(gateway.Name, fault);
            return [];
        }
        finally
        {
            DispatchMeter.SmsSendDuration.Record(_lane.Time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("gateway", gateway.Name));
        }
    }

    private static async ValueTask CutOrDoneAsync(Task sending, CancellationToken abort)
    {
        if (!sending.IsCompleted)
        {
            var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = abort.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), cut).ConfigureAwait(false);
            await Task.WhenAny(sending, cut.Task).ConfigureAwait(false);
        }
    }

    /// <summary>Results by id, whatever their order; a message without one was offered and not answered.</summary>
    private string? Report(ISmsGateway gateway, SmsOffer[] batch, IReadOnlyList<SmsSendResult> results, bool isCut)
    {
        var byId = new Dictionary<string, SmsSendResult>(StringComparer.Ordinal);
        foreach (var result in results)
        {
            byId.TryAdd(result?.MessageId ?? "", result!);
        }

        if (!isCut && (results.Count != batch.Length || !batch.All(o => byId.ContainsKey(o.Message.Id))))
        {
            _lane.Log.GatewayBrokeContract(gateway.Name, batch.Length, results.Count);
        }

        string? refusal = null;
        var answered = false;
        foreach (var offer in batch)
        {
            var result = byId.GetValueOrDefault(offer.Message.Id) ?? SmsSendResult.Unknown(offer.Message, SmsErrorClass.None);
            answered |= result.Outcome is not SmsOutcome.Retry;

            // A refusal of what was offered before a pause may be of what was mended meanwhile.
            refusal ??= offer.Resumptions == offer.Run.Resumptions ? SmsJudge.RefusalOf(gateway, result) : null;
            offer.Note(StateOf(result));
            var (code, failure, taken) = sms.Judge.Decide(offer, window, result, gateway, isCut);
            Close(offer, code, failure, taken);
        }

        if (!answered && !isCut)
        {
            sms.Throttle.Fruitless();
        }

        return refusal;
    }

    private static WireState StateOf(SmsSendResult result) => result.Outcome switch
    {
        SmsOutcome.Accepted => WireState.Taken,
        SmsOutcome.Unknown => WireState.Left,
        _ => WireState.Refused,
    };

    private void Close(SmsOffer offer, OutcomeCode code, FailureDetail? failure, TakenMessage? taken)
    {
        lock (_lock)
        {
            _open.Remove(offer);
        }

        window.Report(offer.Entry, code, failure, taken);
    }
}
