using System.Threading.Channels;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>What the partitioner's loop is told.</summary>
internal abstract record LaneEvent
{
    public sealed record Asked(LaneRequest Request) : LaneEvent;

    public sealed record Withdrawn(LaneRequest Request, CancellationToken Token) : LaneEvent;

    public sealed record Returned(Window Window) : LaneEvent;

    public sealed record Screened(IReadOnlyCollection<MailingId> Failed, Exception? Fault) : LaneEvent;

    public sealed record Begun(IReadOnlyList<BeginResult> Results, Exception? Fault) : LaneEvent;

    public sealed record SliceEnded(SliceCursor Cursor, CompletionResult? Result, Exception? Fault) : LaneEvent;

    public sealed record TurnEnded(Turn Turn) : LaneEvent;

    public sealed record WorkChanged : LaneEvent;

    public sealed record Control(MailingId Mailing, bool Stop) : LaneEvent;

    public sealed record Configured(LaneShare Share) : LaneEvent;

    public sealed record Limited(int Concurrency) : LaneEvent;

    public sealed record RecoveryDue : LaneEvent;

    public sealed record StopAsked : LaneEvent;
}

/// <summary>What a slot wants.</summary>
internal enum LaneRequestKind
{
    /// <summary>A turn with its first window.</summary>
    Turn,

    /// <summary>The next window of its turn.</summary>
    Window,

    /// <summary>To know that there is work.</summary>
    Peek,
}

/// <summary>A slot that waits.</summary>
internal sealed class LaneRequest(ChannelWriter<LaneEvent> loop, LaneRequestKind kind, int slot, Turn? turn)
{
    private readonly TaskCompletionSource<Turn?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LaneRequestKind Kind { get; } = kind;

    public int Slot { get; } = slot;

    public Turn? Turn { get; } = turn;

    public Window? Window { get; private set; }

    public Task<Turn?> Answer => _answer.Task;

    public void Give(Turn? turn, Window? window)
    {
        Window = window;
        _answer.TrySetResult(turn);
    }

    public void Cancel(CancellationToken token) => _answer.TrySetCanceled(token);

    /// <summary>Asks the loop to cancel it; a loop that has ended is no longer asked.</summary>
    public void Withdraw(CancellationToken token)
    {
        if (!loop.TryWrite(new LaneEvent.Withdrawn(this, token)))
        {
            Cancel(token);
        }
    }
}
