using System.Buffers.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>To: the recipient's name and address; the one recipient of the envelope, so that both agree.</summary>
internal sealed class ToPiece : Piece
{
    public override string? Write(in ComposeInput input, MessageBuffer buffer) =>
        MailboxField.Write("To", input.DisplayName, input.To, buffer);
}

/// <summary>The recipient's ordinal within the Message-ID: with the mailing's id it is unique over hosts, and the same on every attempt.</summary>
internal sealed class OrdinalPiece : Piece
{
    public override string? Write(in ComposeInput input, MessageBuffer buffer)
    {
        Utf8Formatter.TryFormat(input.Ordinal, buffer.GetSpan(20), out var written);
        buffer.Advance(written);
        return null;
    }
}
