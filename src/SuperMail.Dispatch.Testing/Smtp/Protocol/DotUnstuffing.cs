namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>RFC 5321 §4.5.2: a dot at the start of a line is taken away. Remembers across blocks whether a line has
/// just ended, wherever the network cut them.</summary>
internal struct DotUnstuffing
{
    private Position _position;

    private enum Position
    {
        InLine,
        AfterCr,
        LineStart,
    }

    public static DotUnstuffing AtLineStart => new() { _position = Position.LineStart };

    /// <summary>Takes the next piece that holds no stuffed dot.</summary>
    public bool TryTake(ref ReadOnlySpan<byte> octets, out ReadOnlySpan<byte> piece)
    {
        if (_position == Position.LineStart && octets is [(byte)'.', ..])
        {
            octets = octets[1..];
            _position = Position.InLine;
        }

        if (octets.IsEmpty)
        {
            piece = default;
            return false;
        }

        if (_position == Position.AfterCr && octets[0] == '\n')
        {
            piece = octets[..1];
            octets = octets[1..];
            _position = Position.LineStart;
            return true;
        }

        int stuffed = octets.IndexOf("\r\n."u8);
        piece = stuffed < 0 ? octets : octets[..(stuffed + 2)];
        octets = octets[piece.Length..];
        _position = piece.EndsWith("\r\n"u8) ? Position.LineStart : piece[^1] == '\r' ? Position.AfterCr : Position.InLine;
        return true;
    }
}
