using System.Globalization;

namespace SuperMail.Dispatch;

/// <summary>Cuts a text into segments, one by one.</summary>
internal ref struct SegmentPacker
{
    private readonly bool _isGsm;
    private ReadOnlySpan<char> _rest;

    /// <param name="text">A text; for GSM 7-bit one of its characters only.</param>
    /// <param name="encoding">GSM 7-bit or UCS-2.</param>
    public SegmentPacker(ReadOnlySpan<char> text, SmsEncoding encoding)
    {
        _isGsm = encoding == SmsEncoding.Gsm7;
        _rest = text;
        Units = _isGsm ? GsmAlphabet.SeptetsOf(text) : text.Length;

        // 140 octets; a header of six that joins the segments leaves 134.
        var (alone, joined) = _isGsm ? (160, 153) : (70, 67);
        Room = Units <= alone ? alone : joined;
    }

    /// <summary>Units of the whole text.</summary>
    public int Units { get; }

    /// <summary>Units that each segment holds.</summary>
    public int Room { get; }

    /// <summary>The segment that was cut last.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Cuts the next segment; false at the end of the text.</summary>
    public bool MoveNext()
    {
        var length = Units <= Room ? _rest.Length : _isGsm ? SeptetsThatFit() : ClustersThatFit();
        Current = _rest[..length];
        _rest = _rest[length..];
        return length > 0;
    }

    private readonly int SeptetsThatFit()
    {
        var (length, used) = (0, 0);
        while (length < _rest.Length && (used += GsmAlphabet.SeptetsOf(_rest[length])) <= Room)
        {
            length++;
        }

        return length;
    }

    private readonly int ClustersThatFit()
    {
        var length = 0;
        while (length < _rest.Length)
        {
            var rest = _rest[length..];

            // Looking no further than a cluster can fit keeps a text of one endless cluster from being read again and again.
            var cluster = StringInfo.GetNextTextElementLength(rest[..Math.Min(rest.Length, Room + 1)]);
            if (cluster > Room)
            {
                return Room - EndsInsidePair(_rest, Room, length);
            }

            if (length + cluster > Room)
            {
                return length;
            }

            length += cluster;
        }

        return length;
    }

    private static int EndsInsidePair(ReadOnlySpan<char> text, int end, int start) =>
        end > start && end < text.Length && char.IsSurrogatePair(text[end - 1], text[end]) ? 1 : 0;
}
