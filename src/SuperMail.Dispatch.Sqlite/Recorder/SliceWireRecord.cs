using System.IO.MemoryMappedFiles;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>A claimed slice's block of the recorder's file. Used by all connections that carry its messages.</summary>
/// <param name="file">The mapped file.</param>
/// <param name="statesAt">Where the state of position 0 stands.</param>
/// <param name="count">The number of positions.</param>
internal sealed class SliceWireRecord(MemoryMappedViewAccessor file, long statesAt, int count) : IWireRecord
{
    /// <summary>
    /// One byte into the mapped page: the kernel has it from then on, whatever becomes of the process. The write to the
    /// socket that follows is a call of the system, and no store is moved behind that.
    /// </summary>
    public void Note(int position, WireState state)
    {
        if ((uint)position >= (uint)count)
        {
            return;
        }

        try
        {
            file.Write(statesAt + position, (byte)state);
        }
        catch (ObjectDisposedException)
        {
            // An aborted dispatcher may still report while its ledger is closed.
        }
    }
}
