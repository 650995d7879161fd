using System.Buffers;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The content of the message under way: collected when messages are kept, else only counted.</summary>
internal sealed class MessageContent : IDisposable
{
    private byte[] _octets = [];
    private int _kept;
    private DotUnstuffing _dots;

    public long Length { get; private set; }

    /// <summary>True once it has grown past the limit; from there on it is counted but no longer collected.</summary>
    public bool IsTooBig { get; private set; }

    public void Begin()
    {
        Length = 0;
        IsTooBig = false;
        _kept = 0;
        _dots = DotUnstuffing.AtLineStart;
    }

    /// <summary>Octets as they are, from BDAT.</summary>
    public void Append(ReadOnlySpan<byte> octets, SmtpTestServerOptions options)
    {
        Length += octets.Length;
        IsTooBig |= options.SizeLimit is > 0 and var limit && Length > limit;
        if (!options.NeedsMessages || IsTooBig)
        {
            return;
        }

        if (_octets.Length - _kept < octets.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_octets.Length * 2, _kept + octets.Length));
            _octets.AsSpan(0, _kept).CopyTo(larger);
            Dispose();
            _octets = larger;
        }

        octets.CopyTo(_octets.AsSpan(_kept));
        _kept += octets.Length;
    }

    /// <summary>Octets from DATA, without the stuffed dots.</summary>
    public void AppendUnstuffed(ReadOnlySpan<byte> octets, SmtpTestServerOptions options)
    {
        while (_dots.TryTake(ref octets, out ReadOnlySpan<byte> piece))
        {
            Append(piece, options);
        }
    }

    public byte[] ToArray() => _octets.AsSpan(0, _kept).ToArray();

    public void Dispose()
    {
        if (_octets.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_octets);
            _octets = [];
        }
    }
}
