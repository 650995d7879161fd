namespace SuperMail.Dispatch.Partitioning;

/// <summary>Waits for the ledger to have news of a lane's work, and tells the lane's loop.</summary>
internal static class WorkWatch
{
    public static async Task RunAsync(ILedgerSession session, string lane, Action changed, CancellationToken ended)
    {
        try
        {
            for (var seen = 0L; ;)
            {
                seen = await session.WaitForWorkAsync(lane, seen, ended).ConfigureAwait(false);
                changed();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The loop has ended.
        }
    }
}
