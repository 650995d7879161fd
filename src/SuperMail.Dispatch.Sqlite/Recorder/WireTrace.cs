namespace SuperMail.Dispatch.Sqlite;

/// <summary>What an ended process noted of a slice that it had claimed.</summary>
/// <param name="Slice">The slice and its claim.</param>
/// <param name="States">One for each position.</param>
internal readonly record struct WireTrace(SliceRef Slice, WireState[] States)
{
    /// <summary>
    /// What the file holds, if it can be relied on: written by another process on this run of the kernel for this ledger.
    /// Damaged blocks are left out.
    /// </summary>
    public static IReadOnlyList<WireTrace> Read(string path, RecorderOrigin here)
    {
        byte[] file;
        try
        {
            file = File.Exists(path) ? File.ReadAllBytes(path) : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // whatever begun is in doubt, as without a recorder
        }

        if (RecorderLayout.OriginOf(file) is not { } origin
            || origin.Boot != here.Boot || origin.Ledger != here.Ledger || origin.Process == here.Process)
        {
            return [];
        }

        var traces = new List<WireTrace>();
        for (var block = 0; block < RecorderLayout.Blocks; block++)
        {
            var bytes = file.AsSpan(RecorderLayout.OffsetOf(block), RecorderLayout.BlockLength);
            if (RecorderLayout.ReadBlockHeader(bytes) is { } header)
            {
                traces.Add(new WireTrace(header.Slice, StatesOf(bytes[RecorderLayout.BlockHeaderLength..][..header.Count])));
            }
        }

        return traces;
    }

    private static WireState[] StatesOf(ReadOnlySpan<byte> bytes)
    {
        var states = new WireState[bytes.Length];
        for (var i = 0; i < states.Length; i++)
        {
            // What nobody wrote is damage: in doubt.
            states[i] = bytes[i] <= (byte)WireState.Refused ? (WireState)bytes[i] : WireState.Left;
        }

        return states;
    }
}
