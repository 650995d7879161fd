namespace SuperMail.Dispatch.Composing;

/// <summary>Composes the messages of one mailing: what is the same for all was encoded when it was created.</summary>
internal sealed class MessageComposer : IMessageComposer
{
    private readonly Piece[] _pieces;
    private readonly EnvelopeSender _sender;
    private readonly bool _hasRawUtf8;

    private MessageComposer(Piece[] pieces, EnvelopeSender sender, bool hasRawUtf8)
    {
        _pieces = pieces;
        _sender = sender;
        _hasRawUtf8 = hasRawUtf8;
    }

    /// <summary>Compiles a mailing's content.</summary>
    /// <exception cref="MailingRefusedException">Something in it cannot be right for any recipient: names part, place and rule.</exception>
    public static IMessageComposer Create(EmailDefinition definition)
    {
        var sender = EnvelopeSender.Compile(definition);
        if (definition.Content is RawContent raw)
        {
            return new RawComposer(raw, sender);
        }

        var content = (TemplateContent)definition.Content;
        using var pieces = new PieceList();
        HeaderSection.Write(definition, content, pieces);
        MimeBody.Write(definition, content, pieces);
        return new MessageComposer(
            pieces.ToArray(), sender, definition.From.NeedsSmtpUtf8 || definition.ReplyTo is { NeedsSmtpUtf8: true });
    }

    public string? Compose(in ComposeInput input, MessageBuffer buffer)
    {
        // RFC 6532 §3.2: a From or Reply-To beyond ASCII stands raw in the header.
        buffer.NeedsSmtpUtf8 = buffer.Has8Bit = _hasRawUtf8;
        foreach (var piece in _pieces)
        {
            if (piece.Write(input, buffer) is { } error)
            {
                return error;
            }
        }

        buffer.CloseOwn(mayNeedStuffing: false);
        return null;
    }

    public bool TryMakeEnvelopeFrom(in ComposeInput input, out EmailAddress? from, out string? error) =>
        _sender.TryMake(input, out from, out error);
}
