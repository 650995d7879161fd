using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// The addresses of a mailing that were read already, as 128 bits of SHA-256 each in open-addressed tables: no address is
/// held, and no false duplicate is to be feared. Many tables, so that one grows at a time: a single one of a million
/// would stand in memory twice while it grows. Numbers of phones are short enough to stand there themselves.
/// </summary>
internal sealed class SeenAddresses
{
    private const int Tables = 256;

    // Up to some 200,000 addresses, where half of a table may lie idle: half as much is thrown away while it grows.
    private const int DoublesBelow = 1024;

    // Odd, so that no two numbers become one; spreads them over the tables.
    private static readonly UInt128 Spread = new(0x9E3779B97F4A7C15, 0xF39CC0605CEDC835);

    private readonly (UInt128[]? Keys, int Count)[] _tables = new (UInt128[]?, int)[Tables];

    /// <summary>False when it was seen before: same domain, same local part without regard to ASCII letter case.</summary>
    public bool Add(ReadOnlySpan<char> localPart, string domain) => Add(KeyOf(localPart, domain));

    /// <summary>False when the same number was seen before, in whatever form it was written.</summary>
    public bool Add(PhoneNumber number) => Add(UInt128.Parse(number.Digits, CultureInfo.InvariantCulture) * Spread);

    private bool Add(UInt128 key)
    {
        // Not the bits by which a key finds its place in the table.
        ref var table = ref _tables[(int)(key >> 120)];
        table.Keys ??= new UInt128[8];
        if (table.Count >= table.Keys.Length * 4L / 5)
        {
            table.Keys = Grown(table.Keys);
        }

        return Insert(table.Keys, key) && ++table.Count > 0;
    }

    private static UInt128 KeyOf(ReadOnlySpan<char> localPart, string domain)
    {
        Span<byte> text = stackalloc byte[512];
        var length = Encoding.UTF8.GetBytes(localPart, text);
        for (var i = 0; i < length; i++)
        {
            if (text[i] is >= (byte)'A' and <= (byte)'Z')
            {
                text[i] |= 0x20;
            }
        }

        text[length++] = (byte)'@';
        length += Encoding.UTF8.GetBytes(domain, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        return key == 0 ? 1 : key; // 0 marks a free place
    }

    private static bool Insert(UInt128[] table, UInt128 key)
    {
        for (var i = (int)((ulong)key % (uint)table.Length); ; i = i + 1 == table.Length ? 0 : i + 1)
        {
            if (table[i] == key)
            {
                return false;
            }

            if (table[i] == 0)
            {
                table[i] = key;
                return true;
            }
        }
    }

    private static UInt128[] Grown(UInt128[] table)
    {
        var larger = new UInt128[table.Length < DoublesBelow ? table.Length * 2 : checked((int)(table.Length * 3L / 2))];
        foreach (var key in table)
        {
            if (key != 0)
            {
                Insert(larger, key);
            }
        }

        return larger;
    }
}
