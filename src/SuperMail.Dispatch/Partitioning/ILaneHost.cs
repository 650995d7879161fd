namespace SuperMail.Dispatch.Partitioning;

/// <summary>What the partitioner asks of the flow around it; by its loop; one call of each at a time.</summary>
internal interface ILaneHost
{
    /// <summary>Screens out of a window, before its begin, whom the host does not want to be written to.</summary>
    /// <returns>Mailings whose screening failed: nothing of them may be begun.</returns>
    ValueTask<IReadOnlyCollection<MailingId>> ScreenAsync(Window window);

    /// <summary>The completion of a slice of which everything begun is recorded: who comes again, and when.</summary>
    SliceCompletion Settle(SliceCursor cursor);

    /// <summary>
    /// The record of what becomes of a claimed slice on the wire, when the flow notes every message before it may
    /// leave; null from one that does not.
    /// </summary>
    IWireRecord? OpenWireRecord(ClaimedSlice slice) => null;

    /// <summary>Gives outcomes to the begun positions of a recovered slice that have none.</summary>
    ValueTask<IReadOnlyList<OutcomeRange>> RecoverAsync(SliceCursor cursor);

    /// <summary>A slice was completed; the mailing stands like this now.</summary>
    void Completed(LedgerMailing mailing);
}

/// <summary>What a lane may use.</summary>
/// <param name="Maximum">E-mails over all simultaneous connections.</param>
/// <param name="Threads">Connections at once.</param>
/// <param name="BeginWindow">Recipients begun at once.</param>
internal readonly record struct LaneShare(int Maximum, int Threads, int BeginWindow);
