using System.Buffers;

namespace SuperMail.Dispatch.Composing;

/// <summary>
/// One composed message: bytes of its own in a pooled block, between references to the static segments of the
/// template, so that an attachment is never copied. Reused for message after message of a connection.
/// </summary>
/// <remarks>Content is CRLF-terminated RFC 5322 bytes, unstuffed, without the final dot.</remarks>
internal sealed class MessageBuffer : IBufferWriter<byte>, IDisposable
{
    private readonly List<Segment> _segments = [];
    private byte[] _own = ArrayPool<byte>.Shared.Rent(4096);
    private int _start;
    private int _end;

    /// <summary>
    /// A run of bytes: in the own block when Shared is empty. MayNeedStuffing is false only when no line in it
    /// can begin with a dot.
    /// </summary>
    internal readonly record struct Segment(ReadOnlyMemory<byte> Shared, int Start, int Count, bool MayNeedStuffing);

    /// <summary>Octets, counted before stuffing (RFC 1870 §4).</summary>
    public long Length { get; private set; }

    /// <summary>True when some octet is above 127, so that BODY=8BITMIME is declared.</summary>
    public bool Has8Bit { get; set; }

    /// <summary>True when a header holds raw UTF-8, so that SMTPUTF8 is needed (RFC 6532).</summary>
    public bool NeedsSmtpUtf8 { get; set; }

    public int SegmentCount => _segments.Count + (_end > _start ? 1 : 0);

    public void Clear()
    {
        _segments.Clear();
        _start = _end = 0;
        Length = 0;
        Has8Bit = false;
        NeedsSmtpUtf8 = false;
    }

    public void Advance(int count)
    {
        _end += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _own.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _own.AsSpan(_end);
    }

    /// <summary>Adds bytes that outlive the message, by reference.</summary>
    public void Append(ReadOnlyMemory<byte> shared, bool mayNeedStuffing)
    {
        if (shared.IsEmpty)
        {
            return;
        }

        CloseOwn(false);
        _segments.Add(new Segment(shared, 0, shared.Length, mayNeedStuffing));
        Length += shared.Length;
    }

    /// <summary>Ends the run of own bytes written so far and says whether a line in it may begin with a dot.</summary>
    public void CloseOwn(bool mayNeedStuffing)
    {
        if (_end > _start)
        {
            _segments.Add(new Segment(default, _start, _end - _start, mayNeedStuffing));
            _start = _end;
        }
    }

    /// <summary>The segments in order; call <see cref="CloseOwn"/> first.</summary>
    public ReadOnlyMemory<byte> GetSegment(int index, out bool mayNeedStuffing)
    {
        var segment = _segments[index];
        mayNeedStuffing = segment.MayNeedStuffing;
        return segment.Shared.IsEmpty ? _own.AsMemory(segment.Start, segment.Count) : segment.Shared;
    }

    public void CopyTo(IBufferWriter<byte> writer)
    {
        for (var i = 0; i < _segments.Count; i++)
        {
            writer.Write(GetSegment(i, out _).Span);
        }
    }

    public void Dispose()
    {
        var own = _own;
        _own = [];
        if (own.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(own);
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_own.Length - _end >= Math.Max(sizeHint, 1))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_own.Length * 2, _end + sizeHint));
        _own.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_own);
        _own = larger;
    }
}
