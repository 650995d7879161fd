namespace SuperMail.Dispatch.Smtp;

/// <summary>MAIL and RCPT for a message, with the parameters that the relay offers and the message needs.</summary>
internal static class EnvelopeCommands
{
    // RFC 1870 §6.1: a size is of use to a server only where it could matter.
    private const long SizeSaidFrom = 64 * 1024;

    public static void Mail(Flight flight, OutgoingMessage message, SmtpCapabilities relay) =>
        CommandWriter.Mail(flight, message.Envelope.From, new MailParameters(
            relay.HasSize && message.Length >= SizeSaidFrom ? message.Length : 0,
            message.Has8Bit && relay.EightBitMime,
            message.NeedsSmtpUtf8));

    public static void Rcpt(Flight flight, OutgoingMessage message, SmtpCapabilities relay) =>
        CommandWriter.Rcpt(flight, message.Envelope.To, relay.Dsn ? message.Envelope.Dsn : DsnNotify.Default);
}
