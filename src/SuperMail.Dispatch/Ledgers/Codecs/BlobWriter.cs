using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>Writes numbers, texts and bytes into a pooled block that is given back when the blob is taken.</summary>
/// <remarks>
/// A text's header is 0 for null, else 1 + (bytes × 2 + wide). Wide is UTF-16, used only where UTF-8 would lose
/// something: the composer must see a lone surrogate that the caller gave, to refuse it by name.
/// </remarks>
internal sealed class BlobWriter
{
    private byte[] _block = [];
    private int _end;

    public int Length => _end;

    public ReadOnlySpan<byte> Written => _block.AsSpan(0, _end);

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        _end++;
    }

    public void Number(ulong value)
    {
        var span = Reserve(10);
        var at = 0;
        while (value >= 0x80)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        _end += at;
    }

    public void Signed(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    public void Text(string? value)
    {
        if (value is null)
        {
            Byte(0);
            return;
        }

        // One pass for the usual text: the header is as long as it would be for ASCII; a longer one moves the bytes.
        var guess = SizeOf(Header(value.Length, wide: false));
        var span = Reserve(checked(20 + (value.Length * 3)));
        var body = span[guess..];
        if (Utf8.FromUtf16(value, body, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            Number(Header(value.Length * 2, wide: true));
            Raw(MemoryMarshal.AsBytes(value.AsSpan()));
            return;
        }

        var header = Header(written, wide: false);
        var size = SizeOf(header);
        if (size != guess)
        {
            body[..written].CopyTo(span[size..]);
        }

        Number(header);
        _end += written;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        Raw(value);
    }

    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        _end += value.Length;
    }

    /// <summary>What was written, in an array of its own; the writer is empty afterwards and holds no block.</summary>
    public byte[] Finish()
    {
        var blob = Written.ToArray();
        Clear();
        return blob;
    }

    public void Clear()
    {
        var block = _block;
        _block = [];
        _end = 0;
        if (block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Forgets what was written and keeps the block.</summary>
    public void Rewind() => _end = 0;

    private static ulong Header(int bytes, bool wide) => 1 + ((ulong)bytes << 1) + (wide ? 1UL : 0UL);

    private static int SizeOf(ulong number)
    {
        var size = 1;
        while ((number >>= 7) != 0)
        {
            size++;
        }

        return size;
    }

    private Span<byte> Reserve(int count)
    {
        if (_block.Length - _end < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(Math.Min(_block.Length, 1 << 29) * 2, 4096), checked(_end + count)));
            Written.CopyTo(larger);
            if (_block.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_block);
            }

            _block = larger;
        }

        return _block.AsSpan(_end);
    }
}
