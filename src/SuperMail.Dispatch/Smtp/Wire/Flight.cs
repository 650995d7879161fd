using System.Buffers;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// What leaves together: gathered into one pooled block and written by one call, except that large segments are
/// written straight from where they are.
/// </summary>
internal sealed class Flight(SmtpConnection connection, TimeSpan blockTimeout) : IDisposable
{
    private const int Capacity = 64 * 1024;
    private const int CommandReserve = 4 * 1024;
    private const int DirectFrom = 16 * 1024;

    // A block is what must be taken within one time-out, so a large segment leaves in several.
    private const int DirectBlock = 256 * 1024;

    // The contents of which octets stand in the block, and whether their ends do.
    private readonly List<(Departure Content, bool HoldsEnd)> _aboard = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _count;
    private bool _hasLeft;

    /// <summary>Forgets what was gathered and has not left.</summary>
    public void Begin()
    {
        Clear();
        _hasLeft = false;
    }

    /// <summary>Room for a command.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _count < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length + size);
            _buffer.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_count);
    }

    public void Advance(int count) => _count += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _count += bytes.Length;
    }

    /// <summary>The content for DATA: dots doubled (RFC 5321 §4.5.2) on the way into the block, then the lone dot.</summary>
    public async ValueTask AppendStuffedAsync(MessageBuffer content, Departure departure)
    {
        var stuffing = new DotStuffing();
        for (var i = 0; i < content.SegmentCount; i++)
        {
            var segment = content.GetSegment(i, out var mayNeedStuffing);
            if (segment.Length >= DirectFrom && !mayNeedStuffing && !stuffing.WouldChange(segment.Span))
            {
                await WriteDirectAsync(segment, departure, isEnd: false).ConfigureAwait(false);
                stuffing.Skip(segment.Span);
                continue;
            }

            Board(departure, withEnd: false);
            while (!segment.IsEmpty)
            {
                var taken = stuffing.Copy(segment.Span, mayNeedStuffing, Room, out var written);
                _count += written;
                segment = segment[taken..];
                if (!segment.IsEmpty)
                {
                    await FlushAsync().ConfigureAwait(false);
                    Board(departure, withEnd: false);
                }
            }
        }

        // RFC 5321 §4.1.1.4: CRLF . CRLF; the first CRLF is the content's own.
        Append(stuffing.AtLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        Board(departure, withEnd: true);
    }

    /// <summary>The content for BDAT, octet by octet as it is (RFC 3030 §2).</summary>
    public async ValueTask AppendPlainAsync(MessageBuffer content, Departure departure)
    {
        for (var i = 0; i < content.SegmentCount; i++)
        {
            var segment = content.GetSegment(i, out _);
            var isLast = i == content.SegmentCount - 1;
            if (segment.Length >= DirectFrom)
            {
                await WriteDirectAsync(segment, departure, isLast).ConfigureAwait(false);
                continue;
            }

            if (segment.Length > Room.Length)
            {
                await FlushAsync().ConfigureAwait(false);
            }

            Append(segment.Span);
            Board(departure, withEnd: false);
        }

        // Even BDAT 0 LAST has an end.
        Board(departure, withEnd: true);
    }

    /// <summary>Writes what was gathered.</summary>
    public ValueTask FlushAsync()
    {
        if (_count == 0)
        {
            return default;
        }

        foreach (var (content, holdsEnd) in _aboard)
        {
            Leave(content, holdsEnd);
        }

        var bytes = _buffer.AsMemory(0, _count);
        Clear();
        _hasLeft = true;
        return connection.WriteAsync(bytes, blockTimeout);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _count = 0;
    }

    // Commands behind the content always find room, so that they leave with its end.
    private Span<byte> Room => _buffer.AsSpan(_count, Math.Max(0, _buffer.Length - CommandReserve - _count));

    // Whoever fills the flight has looked for input before its first block. And a content whose end left by itself is aboard
    // of the next block once more, when its honest reply may be there.
    private void Leave(Departure content, bool withEnd) => content.Leave(
        withEnd, isAnsweredEarly: withEnd && _hasLeft && content is { Leads: true, State: not ContentState.Written } && connection.HasInputBelow);

    private void Clear()
    {
        _count = 0;
        _aboard.Clear();
    }

    private void Board(Departure departure, bool withEnd)
    {
        if (_aboard.Count > 0 && _aboard[^1].Content == departure)
        {
            _aboard.RemoveAt(_aboard.Count - 1);
        }

        _aboard.Add((departure, withEnd));
    }

    private async ValueTask WriteDirectAsync(ReadOnlyMemory<byte> segment, Departure departure, bool isEnd)
    {
        await FlushAsync().ConfigureAwait(false);
        while (!segment.IsEmpty)
        {
            var block = segment[..Math.Min(segment.Length, DirectBlock)];
            segment = segment[block.Length..];
            Leave(departure, isEnd && segment.IsEmpty);
            _hasLeft = true;
            await connection.WriteAsync(block, blockTimeout).ConfigureAwait(false);
        }
    }
}
