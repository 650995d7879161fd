using SuperMail.Dispatch.Outcomes;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Reports;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A mailing while this process sends it. Safe for several threads.</summary>
internal abstract class MailingRun(MailingDefinition definition, string lane, MailingCounts counts, TimeProvider time)
{
    private long _accepted = counts.Accepted;
    private long _sent = counts.Sent;
    private long _failed = counts.Failed;
    private long _inDoubt = counts.InDoubt;
    private long _duplicate = counts.Duplicate;
    private long _blocked = counts.Blocked;
    private bool _sealed;
    private bool _stopped;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A refusal that may turn out to be about the mailing.</summary>
    public readonly record struct Refusal(Window Window, Window.Entry Entry, bool Charged);

    public MailingDefinition Definition { get; } = definition;

    /// <summary>The lane that carries it.</summary>
    public string Lane { get; } = lane;

    public RefusalRun<Refusal> Refusals { get; } = new();

    public RateMeter Rate { get; } = new(time);

    /// <summary>Paused or cancelled: what has not been handed to a wire goes back.</summary>
    public bool Stopped
    {
        get => Volatile.Read(ref _stopped);
        set => Volatile.Write(ref _stopped, value);
    }

    /// <summary>How often it went on after a pause.</summary>
    public int Resumptions => Refusals.Restarts;

    /// <summary>True for whoever stopped it: of two connections that find the same reason at once, one pauses.</summary>
    public bool TryStop() => !Interlocked.Exchange(ref _stopped, true);

    public bool Sealed
    {
        get => Volatile.Read(ref _sealed);
        set => Volatile.Write(ref _sealed, value);
    }

    public bool HasSent => Interlocked.Read(ref _sent) > 0;

    /// <summary>Goes on after a pause: refusals are counted anew.</summary>
    public void Resume()
    {
        Refusals.Restart();
        Stopped = false;
        Pulse();
    }

    /// <summary>Complete at the next change; take it before looking at the state.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Pulse() =>
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public void Accept(long recipients) => Interlocked.Add(ref _accepted, recipients);

    public void Count(OutcomeKind kind, int by = 1)
    {
        switch (kind)
        {
            case OutcomeKind.Sent:
                Interlocked.Add(ref _sent, by);
                break;
            case OutcomeKind.Failed:
                Interlocked.Add(ref _failed, by);
                break;
            case OutcomeKind.InDoubt:
                Interlocked.Add(ref _inDoubt, by);
                break;
            case OutcomeKind.Duplicate:
                Interlocked.Add(ref _duplicate, by);
                break;
            case OutcomeKind.Blocked:
                Interlocked.Add(ref _blocked, by);
                break;
            default:
                return;
        }

        Rate.Add(by);
    }

    public MailingProgress Progress()
    {
        var now = new MailingCounts
        {
            Accepted = Interlocked.Read(ref _accepted),
            Sent = Interlocked.Read(ref _sent),
            Failed = Interlocked.Read(ref _failed),
            InDoubt = Interlocked.Read(ref _inDoubt),
            Duplicate = Interlocked.Read(ref _duplicate),
            Blocked = Interlocked.Read(ref _blocked),
        };
        var rate = Rate.PerSecond();
        return new MailingProgress
        {
            Id = Definition.Id,
            Counts = now,
            Sealed = Sealed,
            Rate = rate,
            Remaining = Sealed && rate > 0 ? TimeSpan.FromSeconds((now.Accepted - now.Final) / rate) : null,
        };
    }
}
