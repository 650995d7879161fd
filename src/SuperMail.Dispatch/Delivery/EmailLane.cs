using System.Collections.Concurrent;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Pacing;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A relay with its slots, and what they share beside the lane: the connector, the throttle, the pacer.</summary>
internal sealed class EmailLane : ILaneCarrier
{
    // Fewer a minute leave too seldom to tell how many would.
    private const int FewestMeasured = 60;

    private readonly ConcurrentDictionary<int, EmailSlot> _slots = [];
    private readonly ILearningTransport? _learning;

    public EmailLane(LaneSurroundings around, ILedgerSession session, IMailTransport transport)
    {
        Lane = new Lane(around, session, this);
        Pacer = new Pacer(around.Time);
        Judge = new VerdictJudge(this);
        Throttle = new LaneThrottle(around.Time, () => Lane.Settings.Email.SmtpThreads, PresentRate, Limit, around.Log.SlowedDown);
        _learning = transport as ILearningTransport;
        Connector = new Connector(transport, Throttle, around.Time, around.Log);
        Spare = new SpareConnection(this);
    }

    public Lane Lane { get; }

    public string Name => LaneNames.Email;

    public LaneThrottle Throttle { get; }

    public Connector Connector { get; }

    public SpareConnection Spare { get; }

    public Pacer Pacer { get; }

    public VerdictJudge Judge { get; }

    /// <summary>The most messages a minute: by the settings, or less because the relay asked for it; 0 = no limit.</summary>
    public int MessagesPerMinute => (Lane.Settings.Email.MessagesPerMinute, Throttle.MessagesPerMinute) switch
    {
        (0, var learnt) => learnt,
        (var set, 0) => set,
        var (set, learnt) => Math.Min(set, learnt),
    };

    public LanePace Pace => Throttle.Pace(MessagesPerMinute) with { MessagesPerConnection = _learning?.MessagesPerConnection };

    public TimeSpan IdleTimeout => Lane.Settings.Email.IdleConnectionTimeout;

    /// <summary>Why the relay is not to be had, or null.</summary>
    public string? RelayFault => Connector is { IsClosed: false, Fault: { } fault } ? fault.Message : null;

    public LaneShare ShareOf(MailingSettings settings) =>
        new(settings.Email.MaxEmailsPerConnection, settings.Email.SmtpThreads, settings.BeginWindow);

    public RetrySettings RetryOf(MailingSettings settings) => settings.Email.Retry;

    public int MessagesPerMinuteOf(MailingSettings settings) => settings.Email.MessagesPerMinute;

    public ValueTask<bool> TakeTurnAsync(int slot) => _slots.GetOrAdd(slot, static (number, email) => new EmailSlot(email, number), this).TakeTurnAsync();

    public async ValueTask EndAsync()
    {
        foreach (var slot in _slots.Values)
        {
            await slot.EndAsync().ConfigureAwait(false);
        }

        await Spare.EndAsync().ConfigureAwait(false);
    }

    private int PresentRate()
    {
        var measured = (int)Math.Min(int.MaxValue, 60 * Lane.Runs.ActiveIn(Name).Sum(static r => r.Rate.PerSecond()));
        var set = Lane.Settings.Email.MessagesPerMinute;
        return measured < FewestMeasured ? set : set == 0 ? measured : Math.Min(set, measured);
    }

    private void Limit(int connections)
    {
        Lane.Partitioner.Limit(connections);
        Spare.Reconsider();
    }

    /// <summary>What was reported stands, however a connection ends: a host's own transport may throw when it is closed.</summary>
    public async ValueTask CloseAsync(IMailSession session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Lane.Log.TransportFailed(fault);
        }
    }

    /// <summary>Pauses what runs here when the last connection failed for a reason that waiting does not mend.</summary>
    public async ValueTask<bool> PauseAllAsync()
    {
        if (Connector.Fault is not { Pauses: true } fault)
        {
            return false;
        }

        await Lane.PauseAllAsync(fault.Message).ConfigureAwait(false);
        return true;
    }
}
