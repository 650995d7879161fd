namespace SuperMail.Dispatch.Composing;

/// <summary>One step of making a message: writes a static run or one value in its context.</summary>
internal abstract class Piece
{
    /// <summary>Writes itself; returns null, or why this recipient's message cannot be made.</summary>
    public abstract string? Write(in ComposeInput input, MessageBuffer buffer);
}

/// <summary>Bytes that are the same for every recipient, encoded once.</summary>
/// <remarks>No line of a composed message begins with a dot: headers begin with names or blanks, bodies encode it.</remarks>
internal sealed class StaticPiece(ReadOnlyMemory<byte> bytes) : Piece
{
    // A short run is copied faster than it is kept as a segment of its own.
    private const int CopiedUpTo = 512;

    public override string? Write(in ComposeInput input, MessageBuffer buffer)
    {
        if (bytes.Length > CopiedUpTo)
        {
            buffer.Append(bytes, mayNeedStuffing: false);
        }
        else
        {
            bytes.Span.CopyTo(buffer.GetSpan(bytes.Length));
            buffer.Advance(bytes.Length);
        }

        return null;
    }
}

/// <summary>Gathers the pieces of a mailing: what is static and adjacent becomes one run.</summary>
internal sealed class PieceList : IDisposable
{
    private readonly List<Piece> _pieces = [];
    private readonly MessageBuffer _static = new();

    /// <summary>Takes what is the same for every recipient; written at once, encoded once.</summary>
    public MessageBuffer Static => _static;

    /// <summary>Adds a step that depends on the recipient.</summary>
    public void Add(Piece piece)
    {
        CloseStatic();
        _pieces.Add(piece);
    }

    /// <summary>Adds bytes that are kept by reference, such as an encoded attachment.</summary>
    public void AddShared(ReadOnlyMemory<byte> bytes) => Add(new StaticPiece(bytes));

    public Piece[] ToArray()
    {
        CloseStatic();
        return [.. _pieces];
    }

    public void Dispose() => _static.Dispose();

    private void CloseStatic()
    {
        if (_static.Length > 0)
        {
            _static.CloseOwn(mayNeedStuffing: false);
            _pieces.Add(new StaticPiece(_static.GetSegment(0, out _).ToArray()));
            _static.Clear();
        }
    }
}
