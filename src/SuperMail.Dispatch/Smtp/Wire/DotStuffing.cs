namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// Doubles a dot at the start of a line (RFC 5321 §4.5.2). Its state crosses segments and blocks: whether the next
/// octet starts a line.
/// </summary>
internal struct DotStuffing
{
    private bool _inLine;

    /// <summary>True when the next octet is the first of a line, as the first of all is.</summary>
    public readonly bool AtLineStart => !_inLine;

    /// <summary>True when the first octet needs a dot before it, though nothing inside the segment does.</summary>
    public readonly bool WouldChange(ReadOnlySpan<byte> segment) => AtLineStart && segment[0] == '.';

    /// <summary>Passes over octets that leave by another way.</summary>
    public void Skip(ReadOnlySpan<byte> segment) => _inLine = segment[^1] != '\n';

    /// <summary>Copies as much as fits; returns how many octets of the source were taken.</summary>
    /// <param name="source">Not empty.</param>
    /// <param name="search">False when no line that starts inside the source begins with a dot.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="written">Octets written.</param>
    public int Copy(ReadOnlySpan<byte> source, bool search, Span<byte> target, out int written)
    {
        var taken = 0;
        written = 0;
        while (taken < source.Length && written < target.Length)
        {
            var rest = source[taken..];
            if (!_inLine && rest[0] == '.')
            {
                if (target.Length - written < 2)
                {
                    return taken;
                }

                // The dot itself is copied with the run that it begins.
                target[written++] = (byte)'.';
                _inLine = true;
            }

            var run = search ? rest.IndexOf("\n."u8) + 1 : 0;
            run = Math.Min(run == 0 ? rest.Length : run, target.Length - written);
            rest[..run].CopyTo(target[written..]);
            _inLine = rest[run - 1] != '\n';
            written += run;
            taken += run;
        }

        return taken;
    }
}
