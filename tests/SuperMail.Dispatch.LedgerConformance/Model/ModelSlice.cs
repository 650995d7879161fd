namespace SuperMail.Dispatch.LedgerConformance.Model;

/// <summary>A slice of the reference model: everything is looked up by walking over it.</summary>
internal sealed class ModelSlice
{
    public required ModelMailing Mailing { get; init; }

    public required int No { get; init; }

    public int? Parent { get; init; }

    public required long[] Ordinals { get; init; }

    public int Attempt { get; init; }

    public DateTimeOffset Due { get; init; }

    public required OutcomeCode[] Codes { get; init; }

    public bool Done { get; set; }

    /// <summary>Null while nobody has claimed it.</summary>
    public ModelSession? Owner { get; set; }

    public long Generation { get; set; }

    public int Settled { get; set; }

    public int Begun { get; set; }

    public int Count => Ordinals.Length;

    public bool IsOpen => !Done && Owner is null;

    /// <summary>Begun under this claim and without outcome.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(Settled, Begun - Settled).Where(i => Codes[i] == default);

    /// <summary>Begun under this claim and to come again.</summary>
    public IEnumerable<int> Owed => Enumerable.Range(Settled, Begun - Settled).Where(i => Codes[i] != default && !Codes[i].IsFinal);

    public void GiveBack()
    {
        Owner = null;
        Settled = Begun;
        Done = Begun == Count;
        if (!Done && Mailing.Desired == DesiredState.Cancel)
        {
            Cancel();
        }
    }

    public void Cancel()
    {
        Array.Fill(Codes, new OutcomeCode(OutcomeKind.Cancelled), Begun, Count - Begun);
        Settled = Begun = Count;
        Done = true;
    }
}

/// <summary>A session of the reference model.</summary>
internal sealed class ModelSession(ILedgerSession real)
{
    public ILedgerSession Real { get; } = real;

    public DateTimeOffset LeaseUntil { get; set; }

    public bool Disposed { get; set; }

    public bool IsOver(DateTimeOffset now) => Disposed || LeaseUntil <= now;
}

/// <summary>A claim that somebody believes to hold, and what he believes to have begun.</summary>
internal sealed class ModelHand(ModelSession session, ModelSlice slice)
{
    public ModelSession Session { get; } = session;

    public ModelSlice Slice { get; } = slice;

    public SliceRef Ref { get; } = new(slice.Mailing.Id, slice.No, slice.Generation);

    public int Begun { get; set; } = slice.Begun;

    /// <summary>The one rule of fencing.</summary>
    public bool Holds => Slice.Owner is not null && Slice.Generation == Ref.Generation;
}
