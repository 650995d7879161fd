using System.IO.MemoryMappedFiles;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// The recorder beside the ledger: a small file, mapped into memory, in which each message is noted before its end of data
/// leaves and when its reply is there. After a killed process it tells most begun messages from those in doubt. A block
/// stands for the whole of a claimed slice before anything of it is begun: so a position that was not noted has not left,
/// and a slice without a block is in doubt as without a recorder. Safe for several threads.
/// </summary>
internal sealed class WireRecorder : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Lock _lock = new();
    private readonly Dictionary<(MailingId Mailing, int SliceNo), Entry> _entries = [];
    private readonly Stack<int> _free = new(RecorderLayout.Blocks);

    // Blocks of claims that have not been closed, although a later one on their slice has a block already.
    private readonly Dictionary<SliceRef, int> _strays = [];

    private WireRecorder(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, RecorderLayout.Length);
    }

    /// <summary>A block in use.</summary>
    /// <param name="Block">Its number.</param>
    /// <param name="Claim">The claim whose messages it notes.</param>
    /// <param name="Witness">What an ended process noted; null while this process notes.</param>
    private sealed record Entry(int Block, SliceRef Claim, WireState[]? Witness);

    public static string PathOf(string ledger) => ledger + "-recorder";

    /// <summary>The recorder of a ledger that this process has just opened; null where there can be none.</summary>
    public static WireRecorder? OpenBeside(
        Database database, SqliteLedgerOptions options, bool isOlderCopy, Func<Guid, RecorderOrigin?> origin)
    {
        var identity = Guid.Parse((string)database.Ask("SELECT identity FROM ledger")!);
        if (options.UseRecorder && origin(identity) is { } here)
        {
            try
            {
                // What was noted belongs to another state of the ledger than the one that was restored.
                return Open(options.Path, here, trace => !isOlderCopy && IsStillClaimed(database, trace));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It only narrows: without it more is in doubt, and nothing is lost or repeated.
            }
        }

        // Must not be found again: what is begun from now on without a recorder would count as not left by an old one.
        File.Delete(PathOf(options.Path));
        return null;
    }

    /// <summary>
    /// Opens the recorder of a ledger that this process holds alone. What an ended process left in it is taken along,
    /// until its slices are completed: the next end may come before that.
    /// </summary>
    /// <param name="ledger">The ledger's path.</param>
    /// <param name="here">Who writes from now on.</param>
    /// <param name="isWanted">Whether a trace is still of use: its slice is still claimed.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static WireRecorder Open(string ledger, RecorderOrigin here, Predicate<SliceRef> isWanted)
    {
        var path = PathOf(ledger);
        var inherited = WireTrace.Read(path, here).Where(trace => isWanted(trace.Slice)).ToList();

        // A new file, moved over the old one: a kill in between leaves one of them whole. And whoever of this process
        // still writes to the old one (a ledger given up without being closed) writes to what nobody reads.
        var draft = path + ".new";
        var stream = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            PreallocationSize = RecorderLayout.Length, // a mapped page for which the disk has no room would end the process
        });
        try
        {
            stream.SetLength(RecorderLayout.Length);
            stream.Write(RecorderLayout.HeaderOf(here));
            var recorder = new WireRecorder(MemoryMappedFile.CreateFromFile(
                stream, null, RecorderLayout.Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));
            recorder.Inherit(inherited);
            File.Move(draft, path, overwrite: true);
            return recorder;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>A block for a claim of which nothing is begun; null when there is none left.</summary>
    public IWireRecord? Open(in SliceRef slice, int count)
    {
        lock (_lock)
        {
            Forget(slice);
            if (count > RecorderLayout.MostPositions || !_free.TryPop(out var block))
            {
                return null;
            }

            Write(block, slice, new WireState[count]);
            _entries.Add((slice.Mailing, slice.SliceNo), new Entry(block, slice, Witness: null));
            return new SliceWireRecord(_view, RecorderLayout.OffsetOf(block) + RecorderLayout.BlockHeaderLength, count);
        }
    }

    /// <summary>
    /// The slice with what an ended process noted of its begun positions, if there is something to rely on. It may have
    /// been taken over since: as long as nothing was begun under a later claim, that holds.
    /// </summary>
    public ClaimedSlice BearWitness(ClaimedSlice slice)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault((slice.Ref.Mailing, slice.Ref.SliceNo)) is { Witness: { } states } entry
                && entry.Claim.Generation <= slice.Ref.Generation
                && states.Length == slice.Count
                ? slice with { Witnessed = states.AsMemory(slice.SettledThrough, slice.BegunThrough - slice.SettledThrough) }
                : slice;
        }
    }

    /// <summary>Something is about to be begun: the record of another claim on its slice knows nothing of that.</summary>
    public void Begins(IReadOnlyList<SliceRange> ranges)
    {
        lock (_lock)
        {
            for (var i = 0; i < ranges.Count; i++)
            {
                var slice = ranges[i].Slice;
                if (_entries.TryGetValue((slice.Mailing, slice.SliceNo), out var entry) && entry.Claim.Generation != slice.Generation)
                {
                    Forget(slice);
                }
            }
        }
    }

    /// <summary>The claim is over: everything begun has its outcome, and nobody notes it any more.</summary>
    public void Close(in SliceRef slice)
    {
        lock (_lock)
        {
            // The end of a claim may be heard of after the beginning of the next one, whose block must stay.
            if (_entries.TryGetValue((slice.Mailing, slice.SliceNo), out var entry) && entry.Claim.Generation <= slice.Generation)
            {
                Forget(slice);
            }

            if (_strays.Remove(slice, out var block))
            {
                _free.Push(block);
            }
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static bool IsStillClaimed(Database database, in SliceRef slice) => database.Ask(
        """
        SELECT 1 FROM slice WHERE mailing = (SELECT no FROM mailing WHERE id = $mailing) AND no = $no AND state = 1 AND generation >= $generation
        """,
        slice.Mailing.ToColumn(), slice.SliceNo, slice.Generation) is not null;

    private void Inherit(List<WireTrace> traces)
    {
        for (var block = RecorderLayout.Blocks - 1; block >= 0; block--)
        {
            if (block >= traces.Count)
            {
                _free.Push(block);
                continue;
            }

            var (slice, states) = traces[block];
            Write(block, slice, states);
            _entries[(slice.Mailing, slice.SliceNo)] = new Entry(block, slice, states);
        }
    }

    private void Forget(in SliceRef slice)
    {
        if (!_entries.Remove((slice.Mailing, slice.SliceNo), out var entry))
        {
            return;
        }

        _view.Write(RecorderLayout.OffsetOf(entry.Block), RecorderLayout.FreeMark);
        if (entry.Witness is not null)
        {
            _free.Push(entry.Block);
            return;
        }

        // Whoever lost its claim may still be sending, and note it: its block is not given to another slice, where a
        // stray note would call somebody's message sent, before the claim is closed. If it never is, it was taken over.
        _strays[entry.Claim] = entry.Block;
    }

    // The mark comes last: a block that a kill cuts short is a free one.
    private void Write(int block, in SliceRef slice, WireState[] states)
    {
        var at = RecorderLayout.OffsetOf(block);
        var header = new byte[RecorderLayout.BlockHeaderLength];
        RecorderLayout.WriteBlockHeader(header, slice, states.Length);
        _view.WriteArray(at + RecorderLayout.BlockHeaderLength, states, 0, states.Length);
        _view.WriteArray(at + sizeof(uint), header, sizeof(uint), header.Length - sizeof(uint));
        _view.Write(at, BitConverter.ToUInt32(header));
    }
}
