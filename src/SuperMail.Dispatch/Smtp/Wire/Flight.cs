using System.Buffers;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Smtp;

/// <summary>How far the content of a message has left: what a broken connection means for it hangs on this alone.</summary>
internal enum ContentState
{
    /// <summary>None of it was handed to the socket: it was not sent.</summary>
    Unsent = 0,

    /// <summary>Some of it, not its end: the relay cannot have taken it.</summary>
    Leaving,

    /// <summary>The call that holds its last octet has begun, whatever that call returned: without a reply it is in doubt.</summary>
    Written,
}

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

    private OutgoingMessage? _message;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _count;
    private bool _holdsContent;
    private bool _holdsEnd;

    public ContentState Content { get; private set; }

    public bool IsEmpty => _count == 0;

    /// <summary>Forgets what was gathered and what is known of the last message; the next content is this one's.</summary>
    public void Begin(OutgoingMessage? message)
    {
        _message = message;
        _count = 0;
        _holdsContent = _holdsEnd = false;
        Content = ContentState.Unsent;
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
    public async ValueTask AppendStuffedAsync(MessageBuffer content)
    {
        var stuffing = new DotStuffing();
        for (var i = 0; i < content.SegmentCount; i++)
        {
            var segment = content.GetSegment(i, out var mayNeedStuffing);
            if (segment.Length >= DirectFrom && !mayNeedStuffing && !stuffing.WouldChange(segment.Span))
            {
                await WriteDirectAsync(segment, isEnd: false).ConfigureAwait(false);
                stuffing.Skip(segment.Span);
                continue;
            }

            _holdsContent = true;
            while (!segment.IsEmpty)
            {
                var taken = stuffing.Copy(segment.Span, mayNeedStuffing, Room, out var written);
                _count += written;
                segment = segment[taken..];
                if (!segment.IsEmpty)
                {
                    await FlushAsync().ConfigureAwait(false);
                    _holdsContent = true;
                }
            }
        }

        // RFC 5321 §4.1.1.4: CRLF . CRLF; the first CRLF is the content's own.
        Append(stuffing.AtLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        _holdsContent = _holdsEnd = true;
    }

    /// <summary>The content for BDAT, octet by octet as it is (RFC 3030 §2).</summary>
    public async ValueTask AppendPlainAsync(MessageBuffer content)
    {
        for (var i = 0; i < content.SegmentCount; i++)
        {
            var segment = content.GetSegment(i, out _);
            var isLast = i == content.SegmentCount - 1;
            if (segment.Length >= DirectFrom)
            {
                await WriteDirectAsync(segment, isLast).ConfigureAwait(false);
                continue;
            }

            if (segment.Length > Room.Length)
            {
                await FlushAsync().ConfigureAwait(false);
            }

            Append(segment.Span);
            _holdsContent = true;
        }

        // Even BDAT 0 LAST has an end.
        _holdsContent = _holdsEnd = true;
    }

    /// <summary>Writes what was gathered.</summary>
    public ValueTask FlushAsync()
    {
        if (_count == 0)
        {
            return default;
        }

        Leave(_holdsContent, _holdsEnd);
        var bytes = _buffer.AsMemory(0, _count);
        _count = 0;
        _holdsContent = _holdsEnd = false;
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

    private async ValueTask WriteDirectAsync(ReadOnlyMemory<byte> segment, bool isEnd)
    {
        await FlushAsync().ConfigureAwait(false);
        while (!segment.IsEmpty)
        {
            var block = segment[..Math.Min(segment.Length, DirectBlock)];
            segment = segment[block.Length..];
            Leave(holdsContent: true, isEnd && segment.IsEmpty);
            await connection.WriteAsync(block, blockTimeout).ConfigureAwait(false);
        }
    }

    // Before the call, not after it: a call that fails may have sent everything.
    private void Leave(bool holdsContent, bool holdsEnd)
    {
        if (holdsEnd)
        {
            _message?.Leaves();
            Content = ContentState.Written;
        }
        else if (holdsContent && Content == ContentState.Unsent)
        {
            Content = ContentState.Leaving;
        }
    }
}
