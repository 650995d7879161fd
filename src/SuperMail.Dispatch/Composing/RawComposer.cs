namespace SuperMail.Dispatch.Composing;

/// <summary>Passes whole messages on: one for all, put in order once, or each recipient's own.</summary>
internal sealed class RawComposer : IMessageComposer
{
    private readonly RawMessage? _shared;
    private readonly EnvelopeSender _sender;

    public RawComposer(RawContent content, EnvelopeSender sender)
    {
        _sender = sender;
        if (!content.Message.IsEmpty)
        {
            _shared = RawMessage.TryRead(content.Message, out var message, out var error)
                ? message
                : throw new MailingRefusedException($"Raw message: {error}");
        }
    }

    public string? Compose(in ComposeInput input, MessageBuffer buffer)
    {
        var message = _shared;
        if (message is null && !RawMessage.TryRead(input.Raw, out message, out var error))
        {
            return $"Raw message: {error}";
        }

        message!.WriteTo(buffer);
        return null;
    }

    public bool TryMakeEnvelopeFrom(in ComposeInput input, out EmailAddress? from, out string? error) =>
        _sender.TryMake(input, out from, out error);
}
