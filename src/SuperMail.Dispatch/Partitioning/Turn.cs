namespace SuperMail.Dispatch.Partitioning;

/// <summary>A slot's turn: one connection's share of the maximum, drawn window by window.</summary>
internal sealed class Turn(int slot, int quota)
{
    public int Slot { get; } = slot;

    /// <summary>The most e-mails of this turn.</summary>
    public int Quota { get; } = quota;

    /// <summary>E-mails drawn so far. Used by the partitioner's loop only.</summary>
    public int Drawn { get; set; }

    /// <summary>Ready e-mails that this turn has spoken for and not drawn, so that no further connection is opened for them.</summary>
    public long Reserved { get; set; }

    /// <summary>The first window of the turn; null for a turn taken without one.</summary>
    public Window? First { get; set; }

    public int Remaining => Quota - Drawn;
}
