using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>
/// The outcomes of a mailing in the order of recording: 20 bytes a window, and two more a recipient where a window's
/// codes differ. A position counts recipients, so that rows which follow each other in a slice can be one row and a
/// reader may still stand in the middle of it.
/// </summary>
internal sealed class OutcomeLog
{
    private const int RowsPerChunk = 1024;

    private readonly List<Chunk> _chunks = [];

    // What few rows have, by the position at their start.
    private readonly Dictionary<long, Extra> _extras = [];

    /// <summary>Outcomes recorded so far: the position of the latest row.</summary>
    public long End { get; private set; }

    /// <returns>The row's place, to be given to <see cref="FindTime"/>.</returns>
    public int Append(
        int slice, int first, ReadOnlySpan<OutcomeCode> codes, DateTimeOffset at, IReadOnlyList<FailureDetail> failures, bool evidence)
    {
        var same = !codes.ContainsAnyExcept(codes[0]);
        var plain = failures.Count == 0 && !evidence;
        var chunk = ChunkFor(at);
        var elapsed = (uint)Math.Max(0, (at - chunk.At).Ticks / TimeSpan.TicksPerMillisecond);
        if (!(plain && same && TryExtend(chunk, slice, first, codes, elapsed)))
        {
            if (!plain)
            {
                _extras.Add(End, new Extra(failures, evidence));
            }

            chunk.Add(new Row
            {
                Start = (uint)(End - chunk.Start),
                Slice = slice,
                At = elapsed,
                Codes = same ? ~codes[0].ToUInt16() : chunk.Keep(codes),
                First = (ushort)first,
                Count = (ushort)codes.Length,
            });
        }

        End += codes.Length;
        return ((_chunks.Count - 1) * RowsPerChunk) + chunk.Used - 1;
    }

    /// <summary>The next rows after a position; the first one may be the end of a row.</summary>
    public List<LedgerOutcome> Read(long after, int maxRows, List<MemorySlice> slices)
    {
        var found = new List<LedgerOutcome>();
        if (after >= End)
        {
            return found;
        }

        var chunkNo = LastWhere(_chunks.Count, i => _chunks[i].Start <= after);
        var rowNo = LastWhere(_chunks[chunkNo].Used, i => _chunks[chunkNo].Start + _chunks[chunkNo].Rows[i].Start <= after);
        for (; chunkNo < _chunks.Count && found.Count < maxRows; chunkNo++, rowNo = 0)
        {
            var chunk = _chunks[chunkNo];
            for (; rowNo < chunk.Used && found.Count < maxRows; rowNo++)
            {
                found.Add(Read(chunk, chunk.Rows[rowNo], after, slices));
            }
        }

        return found;
    }

    /// <summary>When a position's latest outcome was recorded, looking back from the slice's latest row.</summary>
    public DateTimeOffset? FindTime(int slice, int position, int lastRow)
    {
        for (var at = lastRow; at >= 0; at--)
        {
            var chunk = _chunks[at / RowsPerChunk];
            if (at % RowsPerChunk >= chunk.Used)
            {
                continue;
            }

            ref readonly var row = ref chunk.Rows[at % RowsPerChunk];
            if (row.Slice == slice && position >= row.First && position < row.First + row.Count
                && !(_extras.TryGetValue(chunk.Start + row.Start, out var extra) && extra.Evidence))
            {
                return chunk.TimeOf(row);
            }
        }

        return null;
    }

    private static bool TryExtend(Chunk chunk, int slice, int first, ReadOnlySpan<OutcomeCode> codes, uint elapsed)
    {
        if (chunk.Used == 0 || chunk.LastIsClosed)
        {
            return false;
        }

        ref var last = ref chunk.Rows[chunk.Used - 1];
        if (last.Slice != slice || last.First + last.Count != first || last.At != elapsed || last.Codes != ~codes[0].ToUInt16())
        {
            return false;
        }

        last.Count += (ushort)codes.Length;
        return true;
    }

    private LedgerOutcome Read(Chunk chunk, in Row row, long after, List<MemorySlice> slices)
    {
        var start = chunk.Start + row.Start;
        var skip = (int)Math.Max(0, after - start);
        var ordinals = new long[row.Count - skip];
        var slice = slices[row.Slice].Ordinals;
        for (var i = 0; i < ordinals.Length; i++)
        {
            ordinals[i] = slice[row.First + skip + i];
        }

        var codes = new OutcomeCode[ordinals.Length];
        if (row.Codes < 0)
        {
            codes.AsSpan().Fill(OutcomeCode.FromUInt16((ushort)~row.Codes));
        }
        else
        {
            chunk.Kept(row.Codes + skip, codes.Length).CopyTo(codes);
        }

        _extras.TryGetValue(start, out var extra);
        return new LedgerOutcome
        {
            Position = start + row.Count,
            At = chunk.TimeOf(row),
            Ordinals = ordinals,
            Codes = codes,
            Failures = extra.Failures ?? [],
            IsEvidence = extra.Evidence,
        };
    }

    private Chunk ChunkFor(DateTimeOffset at)
    {
        var last = _chunks.Count == 0 ? null : _chunks[^1];
        if (last is null || last.Used == RowsPerChunk || (at - last.At).TotalMilliseconds > uint.MaxValue)
        {
            _chunks.Add(last = new Chunk(End, at));
        }

        last.LastIsClosed = last.Used == 0 || _extras.ContainsKey(last.Start + last.Rows[last.Used - 1].Start);
        return last;
    }

    private static int LastWhere(int count, Func<int, bool> holds)
    {
        var (low, high) = (0, count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = holds(middle) ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private readonly record struct Extra(IReadOnlyList<FailureDetail>? Failures, bool Evidence);

    [StructLayout(LayoutKind.Sequential)]
    private struct Row
    {
        public uint Start;
        public int Slice;
        public uint At;

        /// <summary>The complement of the code that all share, or where the kept codes start.</summary>
        public int Codes;
        public ushort First;
        public ushort Count;
    }

    private sealed class Chunk(long start, DateTimeOffset at)
    {
        private OutcomeCode[] _kept = [];
        private int _keptCount;

        public long Start { get; } = start;

        public DateTimeOffset At { get; } = at;

        /// <summary>Small at first: most mailings of a host that sends single messages have one row.</summary>
        public Row[] Rows { get; private set; } = new Row[2];

        public int Used { get; private set; }

        public bool LastIsClosed { get; set; }

        public DateTimeOffset TimeOf(in Row row) => At.AddMilliseconds(row.At);

        public void Add(in Row row)
        {
            if (Used == Rows.Length)
            {
                var larger = new Row[Math.Min(RowsPerChunk, Used * 2)];
                Rows.CopyTo(larger, 0);
                Rows = larger;
            }

            Rows[Used++] = row;
        }

        public int Keep(ReadOnlySpan<OutcomeCode> codes)
        {
            if (_keptCount + codes.Length > _kept.Length)
            {
                Array.Resize(ref _kept, Math.Max(_keptCount + codes.Length, _kept.Length * 2));
            }

            codes.CopyTo(_kept.AsSpan(_keptCount));
            _keptCount += codes.Length;
            return _keptCount - codes.Length;
        }

        public ReadOnlySpan<OutcomeCode> Kept(int first, int count) => _kept.AsSpan(first, count);
    }
}
