namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// The arithmetic of the settings: the maximum for all simultaneous connections, shared out over the threads.
/// 100 / 5 gives 20 each; 101 / 5 gives 21, 20, 20, 20, 20; 3 / 5 gives three connections of 1.
/// </summary>
internal static class QuotaShares
{
    public static int[] Split(int maximum, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var shares = new int[Math.Min(maximum, threads)];
        var (each, over) = Math.DivRem(maximum, shares.Length);
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = each + (i < over ? 1 : 0);
        }

        return shares;
    }
}
