using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Pacing;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A relay with its slots, and what they share beside the lane: the connector, the throttle, the pacer.</summary>
internal sealed class EmailLane : ILaneCarrier
{
    public EmailLane(LaneSurroundings around, ILedgerSession session, IMailTransport transport)
    {
        Lane = new Lane(around, session, this);
        Pacer = new Pacer(around.Time);
        Judge = new VerdictJudge(this);
        Throttle = new LaneThrottle(around.Time, () => Lane.Settings.Email.SmtpThreads, Lane.Partitioner.Limit, around.Log.SlowedDown);
        Connector = new Connector(transport, Throttle, around.Time, around.Log);
    }

    public Lane Lane { get; }

    public string Name => LaneNames.Email;

    public LaneThrottle Throttle { get; }

    public Connector Connector { get; }

    public Pacer Pacer { get; }

    public VerdictJudge Judge { get; }

    public int MessagesPerMinute => Lane.Settings.Email.MessagesPerMinute;

    public TimeSpan IdleTimeout => Lane.Settings.Email.IdleConnectionTimeout;

    /// <summary>Why the relay is not to be had, or null.</summary>
    public string? RelayFault => Connector is { IsClosed: false, Fault: { } fault } ? fault.Message : null;

    public LaneShare ShareOf(MailingSettings settings) =>
        new(settings.Email.MaxEmailsPerConnection, settings.Email.SmtpThreads, settings.BeginWindow);

    public RetrySettings RetryOf(MailingSettings settings) => settings.Email.Retry;

    public int MessagesPerMinuteOf(MailingSettings settings) => settings.Email.MessagesPerMinute;

    public ValueTask<bool> TakeTurnAsync(int slot) => new EmailSlot(this, slot).TakeTurnAsync();

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
