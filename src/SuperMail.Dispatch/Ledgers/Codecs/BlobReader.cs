using System.Runtime.InteropServices;
using System.Text;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>Reads what <see cref="BlobWriter"/> wrote. Every length is checked against what is left before anything is allocated.</summary>
internal ref struct BlobReader(ReadOnlySpan<byte> blob, int offset)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _blob = blob;

    public int Offset { get; private set; } = offset;

    public readonly int Left => _blob.Length - Offset;

    public static InvalidDataException Corrupt(string what, Exception? inner = null) =>
        new($"The ledger's data is damaged: {what}.", inner);

    public byte Byte() => Left > 0 ? _blob[Offset++] : throw Corrupt("it ends in the middle");

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Corrupt("a number is too long");
    }

    public long Signed()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Int32()
    {
        var value = Signed();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Corrupt("a number is too large");
    }

    /// <summary>A number of things of which each takes at least a byte, so that a damaged one cannot make us allocate much.</summary>
    public int Count()
    {
        var value = Number();
        return value <= (ulong)Left ? (int)value : throw Corrupt("a length is beyond its end");
    }

    public string? Text()
    {
        var bytes = TextBytes(out var wide, out var isNull);
        if (isNull)
        {
            return null;
        }

        if (wide)
        {
            return new string(MemoryMarshal.Cast<byte, char>(bytes));
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw Corrupt("a text is not UTF-8", fault);
        }
    }

    public string RequiredText() => Text() ?? throw Corrupt("a text is missing");

    public void SkipText() => TextBytes(out _, out _);

    /// <summary>Where the bytes stand in the blob, so that they need not be copied.</summary>
    public Range Bytes()
    {
        var count = Count();
        var start = Offset;
        Offset += count;
        return start..Offset;
    }

    public ReadOnlySpan<byte> Raw(int count)
    {
        if (count > Left)
        {
            throw Corrupt("it ends in the middle");
        }

        var bytes = _blob.Slice(Offset, count);
        Offset += count;
        return bytes;
    }

    private ReadOnlySpan<byte> TextBytes(out bool wide, out bool isNull)
    {
        var header = Number();
        isNull = header == 0;
        wide = !isNull && ((header - 1) & 1) == 1;
        var count = isNull ? 0 : (header - 1) >> 1;
        if (count > (ulong)Left || (wide && (count & 1) == 1))
        {
            throw Corrupt("a text is beyond its end");
        }

        return Raw((int)count);
    }
}
