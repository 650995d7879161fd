using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>A claimed slice while windows are cut from it. Used by the partitioner's loop only, save the codes.</summary>
internal sealed class SliceCursor
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SliceReader _reader;

    public SliceCursor(ClaimedSlice slice, IWireRecord? wire = null)
    {
        Slice = slice;
        Wire = wire;
        Next = slice.BegunThrough;
        Codes = new OutcomeCode[slice.Count];
        slice.Recorded.Span.CopyTo(Codes.AsSpan(slice.SettledThrough));
        _reader = new SliceReader(slice.Data);
        _reader.Skip(Next);
    }

    public ClaimedSlice Slice { get; }

    /// <summary>Where its messages' way on the wire is noted, or null. Used by whoever sends and reports them.</summary>
    public IWireRecord? Wire { get; }

    public MailingId Mailing => Slice.Ref.Mailing;

    /// <summary>The next position to cut.</summary>
    public int Next { get; private set; }

    /// <summary>Positions cut whose outcome is not recorded yet.</summary>
    public int Outstanding { get; set; }

    /// <summary>Nothing more is cut under this claim: pause, cancel, or another mailing's turn.</summary>
    public bool Stopped { get; set; }

    /// <summary>The claim was lost: nothing of it may be recorded as state or completed.</summary>
    public bool Fenced { get; set; }

    /// <summary>Complete when the claim has ended: only then may what was recorded under it be revised.</summary>
    public Task Completed => _completed.Task;

    /// <summary>By position; each is written by whoever reports it and read once its window is recorded.</summary>
    public OutcomeCode[] Codes { get; }

    public int Left => Stopped || Fenced ? 0 : Slice.Count - Next;

    /// <summary>True when nothing is out and nothing more will be cut: the claim can end.</summary>
    public bool IsDone => Outstanding == 0 && Left == 0;

    /// <summary>Cuts up to <paramref name="max"/> recipients to send into a window; those judged when they were read go along uncounted.</summary>
    public void Cut(Window window, int max)
    {
        var first = Next;
        while (Next < Slice.Count && max > 0)
        {
            var position = Next++;
            if (!_reader.TryRead(out var recipient))
            {
                throw new InvalidDataException($"Slice {Slice.Ref.SliceNo} of mailing {Mailing} has a blank at position {position}, which was never sent.");
            }

            if (recipient.PreJudged.Kind is not OutcomeKind.None)
            {
                window.AddJudged(this, position, recipient);
            }
            else
            {
                window.Add(this, position, recipient);
                max--;
            }
        }

        Outstanding += Next - first;
        window.AddPart(this, first, Next - first);
    }

    public void MarkCompleted() => _completed.TrySetResult();

    /// <summary>Takes back positions that were cut and not begun.</summary>
    public void Rewind(int position, int count)
    {
        Outstanding -= count;
        Next = Math.Min(Next, position);
        Stopped = true;
    }
}
