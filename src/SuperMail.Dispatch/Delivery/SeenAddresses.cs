using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// The addresses of a mailing that were read already, as 128 bits of SHA-256 each in an open-addressed table:
/// no address is held, and no false duplicate is to be feared. Numbers of phones stand there as they are.
/// </summary>
internal sealed class SeenAddresses
{
    private UInt128[] _table = new UInt128[1024];
    private int _count;

    /// <summary>False when it was seen before: same domain, same local part without regard to ASCII letter case.</summary>
    public bool Add(EmailAddress address) => Add(KeyOf(address));

    /// <summary>False when the same number was seen before, in whatever form it was written.</summary>
    public bool Add(PhoneNumber number) => Add(UInt128.Parse(number.Digits, CultureInfo.InvariantCulture));

    private bool Add(UInt128 key)
    {
        if (_count >= _table.Length * 4L / 5)
        {
            Grow();
        }

        return Insert(_table, key) && ++_count > 0;
    }

    private static UInt128 KeyOf(EmailAddress address)
    {
        Span<byte> text = stackalloc byte[512];
        var length = Encoding.UTF8.GetBytes(address.LocalPart, text);
        for (var i = 0; i < length; i++)
        {
            if (text[i] is >= (byte)'A' and <= (byte)'Z')
            {
                text[i] |= 0x20;
            }
        }

        text[length++] = (byte)'@';
        length += Encoding.UTF8.GetBytes(address.Domain, text[length..]);
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

    private void Grow()
    {
        var larger = new UInt128[checked((int)(_table.Length * 3L / 2))];
        foreach (var key in _table)
        {
            if (key != 0)
            {
                Insert(larger, key);
            }
        }

        _table = larger;
    }
}
