using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>Finds the records in one direction of a connection that is TLS from its first octet.</summary>
internal sealed class TlsRecords
{
    private const int HeaderSize = 5;

    private readonly List<byte> _octets = [];
    private readonly List<int> _ends = [0];

    /// <summary>Records whose header has come.</summary>
    public int Count => _ends.Count - 1;

    public void Add(ReadOnlySpan<byte> piece)
    {
        _octets.AddRange(piece);
        while (_octets.Count >= _ends[^1] + HeaderSize)
        {
            // RFC 8446 §5.1: type, version, and the length of what follows.
            var header = CollectionsMarshal.AsSpan(_octets).Slice(_ends[^1], HeaderSize);
            _ends.Add(_ends[^1] + HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(header[3..]));
        }
    }

    /// <summary>Where so many records end, or null while that is not known.</summary>
    public int? EndOf(int records) => records < _ends.Count ? _ends[records] : null;
}
