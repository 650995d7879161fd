namespace SuperMail.Dispatch.Composing;

/// <summary>Who one message is for, as the composer needs it.</summary>
/// <param name="Ordinal">The recipient's place in its mailing: makes the Message-ID, the same on every attempt.</param>
/// <param name="To">The parsed address.</param>
/// <param name="DisplayName">The name beside it, or null.</param>
/// <param name="Values">Merge values in the order of <see cref="MailingDefinition.FieldNames"/>; null = the recipient has no such field.</param>
/// <param name="Raw">The recipient's own whole message, or empty; may be kept by reference until the message is reported.</param>
internal readonly record struct ComposeInput(
    long Ordinal, EmailAddress To, string? DisplayName, string?[] Values, ReadOnlyMemory<byte> Raw);

/// <summary>Template + recipient → bytes. Safe for several threads at once.</summary>
internal interface IMessageComposer
{
    /// <summary>Writes the whole message into a cleared buffer.</summary>
    /// <returns>Null when it is whole; else why this recipient's message cannot be made (the buffer is then worthless).</returns>
    string? Compose(in ComposeInput input, MessageBuffer buffer);

    /// <summary>The envelope sender of this recipient (VERP tags filled in), or null for the null reverse-path.</summary>
    /// <returns>False when the values do not make an address; <paramref name="error"/> says why.</returns>
    bool TryMakeEnvelopeFrom(in ComposeInput input, out EmailAddress? from, out string? error);
}
