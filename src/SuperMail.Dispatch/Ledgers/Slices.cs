namespace SuperMail.Dispatch;

/// <summary>Consecutive recipients of a mailing, stored once.</summary>
/// <param name="Count">How many; 1 to 500.</param>
/// <param name="Data">The recipients, encoded.</param>
public sealed record NewSlice(int Count, ReadOnlyMemory<byte> Data);

/// <summary>Recipients of a slice that must be tried again.</summary>
public sealed record NewChildSlice
{
    /// <summary>The slice that they come from.</summary>
    public required int ParentSliceNo { get; init; }

    /// <summary>Each one's place in the mailing, ascending.</summary>
    public required ReadOnlyMemory<long> Ordinals { get; init; }

    /// <summary>Replies that they have had: 0 = given back uncharged before any, counts as Ready; more = counts as Retry.</summary>
    public required int Attempt { get; init; }

    /// <summary>How long they wait from now.</summary>
    public required TimeSpan DueIn { get; init; }

    /// <summary>The recipients, encoded.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>A slice under a claim.</summary>
/// <param name="Mailing">The mailing.</param>
/// <param name="SliceNo">The slice's number in it, from 0 in order of creation.</param>
/// <param name="Generation">Raised by each claim.</param>
public readonly record struct SliceRef(MailingId Mailing, int SliceNo, long Generation);

/// <summary>Positions of a claimed slice.</summary>
/// <param name="Slice">The slice and the claim.</param>
/// <param name="First">First position, from 0.</param>
/// <param name="Count">How many.</param>
public readonly record struct SliceRange(SliceRef Slice, int First, int Count);

/// <summary>A slice that a session owns now.</summary>
public sealed record ClaimedSlice
{
    /// <summary>The slice and the claim.</summary>
    public required SliceRef Ref { get; init; }

    /// <summary>How many recipients it has.</summary>
    public required int Count { get; init; }

    /// <summary>Each one's place in the mailing.</summary>
    public required SliceOrdinals Ordinals { get; init; }

    /// <summary>Positions below this one are done with; the first to begin, unless recovered.</summary>
    public required int SettledThrough { get; init; }

    /// <summary>Positions below this one were begun.</summary>
    public required int BegunThrough { get; init; }

    /// <summary>Outcomes of the positions from settled to begun; none where nothing was recorded.</summary>
    public ReadOnlyMemory<OutcomeCode> Recorded { get; init; }

    /// <summary>
    /// Of a recovered slice: how far each position from settled to begun got on its wire, by the record that its
    /// process kept (<see cref="ILedgerSession.OpenWireRecord"/>); empty when there is none to rely on. What
    /// <see cref="Recorded"/> says comes first.
    /// </summary>
    public ReadOnlyMemory<WireState> Witnessed { get; init; }

    /// <summary>The recipients, encoded.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>Where the recipients of a slice stand in their mailing: consecutive in a root slice, listed in a child.</summary>
/// <param name="First">Ordinal of the first.</param>
/// <param name="Listed">All of them in a child slice; empty in a root slice.</param>
public readonly record struct SliceOrdinals(long First, ReadOnlyMemory<long> Listed)
{
    /// <summary>The ordinal of a position.</summary>
    public long this[int position] => Listed.IsEmpty ? First + position : Listed.Span[position];
}

/// <summary>A mailing that has slices to claim.</summary>
/// <param name="Mailing">The mailing.</param>
/// <param name="Priority">Its weight.</param>
/// <param name="Recipients">How many recipients could be claimed now.</param>
public readonly record struct ReadyMailing(MailingId Mailing, MailingPriority Priority, long Recipients);

/// <summary>What became of a begin.</summary>
public enum BeginResult
{
    /// <summary>Begun: it may leave.</summary>
    Accepted = 0,

    /// <summary>The claim is no longer held: nothing of the slice may leave.</summary>
    Fenced,

    /// <summary>The mailing is paused or cancelled: nothing was begun; give the slice back.</summary>
    Paused,
}

/// <summary>The end of a claim.</summary>
public sealed record SliceCompletion
{
    /// <summary>The slice and the claim.</summary>
    public required SliceRef Slice { get; init; }

    /// <summary>What must be tried again, of the positions begun under this claim.</summary>
    public IReadOnlyList<NewChildSlice> Children { get; init; } = [];

    /// <summary>
    /// The slice's data with those who need no keeping blanked out, for a ledger that drops the data of sent
    /// recipients; empty when none needs keeping. Ignored unless the whole slice is begun.
    /// </summary>
    public ReadOnlyMemory<byte> Remainder { get; init; }
}

/// <summary>The answer to a completion.</summary>
/// <param name="Fenced">True when the claim was no longer held; nothing changed.</param>
/// <param name="Mailing">The mailing now.</param>
public sealed record CompletionResult(bool Fenced, LedgerMailing Mailing);
