using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Pacing;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// An SMS gateway with its slots, and what they share beside the lane: the throttle, the pacer. A turn is one window,
/// so that each slot has one call under way.
/// </summary>
internal sealed class SmsLane : ILaneCarrier
{
    private volatile string? _fault;

    public SmsLane(LaneSurroundings around, ILedgerSession session, SmsGatewaySource gateways, ReceiptRecorder receipts)
    {
        Gateways = gateways;
        Receipts = receipts;
        Lane = new Lane(around, session, this);
        Pacer = new Pacer(around.Time);
        Judge = new SmsJudge(this);
        Throttle = new LaneThrottle(around.Time, () => Lane.Settings.Sms.Concurrency, static () => 0, Lane.Partitioner.Limit, around.Log.GatewaySlowedDown);
    }

    public Lane Lane { get; }

    public string Name => LaneNames.Sms;

    public SmsGatewaySource Gateways { get; }

    public ReceiptRecorder Receipts { get; }

    public LaneThrottle Throttle { get; }

    public LanePace Pace => Throttle.Pace(MessagesPerMinuteOf(Lane.Settings));

    public Pacer Pacer { get; }

    public SmsJudge Judge { get; }

    /// <summary>Why nothing is taken until somebody has mended the account or the settings; null while something is.</summary>
    public string? Fault => _fault;

    public LaneShare ShareOf(MailingSettings settings)
    {
        var window = Math.Min(Gateways.MaxBatchOf(settings.Sms), settings.BeginWindow);
        return new LaneShare(settings.Sms.Concurrency * window, settings.Sms.Concurrency, window);
    }

    public RetrySettings RetryOf(MailingSettings settings) => settings.Sms.Retry;

    public int MessagesPerMinuteOf(MailingSettings settings) => (int)Math.Min(int.MaxValue, settings.Sms.SegmentsPerSecond * 60);

    public async ValueTask<bool> TakeTurnAsync(int slot)
    {
        // While the gateway is to be left in peace nothing is begun.
        await Throttle.WaitAsync(Lane.Stopping).ConfigureAwait(false);
        if (await Lane.Partitioner.TakeTurnAsync(slot, Lane.Stopping).ConfigureAwait(false) is not { First: { } window } turn)
        {
            return false;
        }

        string? refusal;
        var carried = new SmsTurn(this, window);
        try
        {
            refusal = await carried.CarryAsync().ConfigureAwait(false);
        }
        finally
        {
            carried.GiveBack();
            Lane.Partitioner.EndTurn(turn);
        }

        if (refusal is not null)
        {
            await PauseAllAsync(refusal).ConfigureAwait(false);
        }

        // What is not recorded yet is what a crash leaves in doubt: one window a slot, no more.
        await window.Recorded.ConfigureAwait(false);
        await Receipts.KnowAsync(window.ProviderKeys).ConfigureAwait(false);
        return true;
    }

    /// <summary>The gateway takes messages: whatever was wrong with the account is mended.</summary>
    public void Accepted()
    {
        Throttle.Accepted();
        if (_fault is not null)
        {
            _fault = null;
        }
    }

    private async ValueTask PauseAllAsync(string reason)
    {
        _fault = reason;
        Lane.Log.GatewayRefuses(reason);
        await Lane.PauseAllAsync(reason).ConfigureAwait(false);
        await Lane.PausedAsync().ConfigureAwait(false);
    }
}
