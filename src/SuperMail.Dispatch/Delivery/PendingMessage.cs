using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A message of a turn, reused with its buffer for one recipient after another.</summary>
internal sealed class PendingMessage(TurnFeed feed) : OutgoingMessage
{
    private int _live;

    public EmailRun Run { get; private set; } = null!;

    public Window Window { get; private set; } = null!;

    public Window.Entry Entry { get; private set; }

    /// <summary>How often the mailing had gone on after a pause when this was made for its recipient.</summary>
    public int Resumptions { get; private set; }

    /// <summary>True when the mailing was paused and went on while this one was on its way.</summary>
    public bool IsOfBeforeAPause => Resumptions != Run.Resumptions;

    internal override MessageBuffer Content { get; } = new();

    public void Address(EmailRun run, Window window, in Window.Entry entry, Envelope envelope)
    {
        Run = run;
        Window = window;
        Entry = entry;
        Resumptions = run.Resumptions;
        Envelope = envelope;
        Volatile.Write(ref _live, 1);
    }

    internal override void Leaves() => Entry.Cursor.Wire?.Note(Entry.Position, WireState.Left);

    public override void Report(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        if (Interlocked.Exchange(ref _live, 0) == 0)
        {
            throw new InvalidOperationException("A message is reported once; this one has its verdict already.");
        }

        feed.Reported(this, verdict);
    }

    /// <summary>Reports unless that has happened.</summary>
    public void ReportIfLive(Verdict verdict)
    {
        if (Volatile.Read(ref _live) == 1)
        {
            Report(verdict);
        }
    }
}
