using System.Globalization;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>What a gateway refuses before the wire, by its capabilities.</summary>
internal static class MessageRules
{
    /// <summary>The message as it may be offered, or the rule that it breaks.</summary>
    public static ProviderFault? Read(SmsMessage message, IProviderDialect dialect, out OutgoingSms? outgoing)
    {
        outgoing = null;
        if (!SmsText.TryRead(message.Text, out var text, out var error))
        {
            return Content(error);
        }

        text = message.SmartEncode && message.Encoding != SmsEncoding.Ucs2 ? SmartEncoding.Apply(text).Text : text;
        if (!SmsSegments.TryCount(text, message.Encoding, out var count, out error))
        {
            return Content(error);
        }

        var ready = new OutgoingSms(message, text, count);
        var fault = Length(ready, dialect.Capabilities) ?? Alphabet(ready, dialect.Capabilities) ?? Choices(message, dialect.Capabilities) ?? dialect.Refuse(ready);
        outgoing = fault is null ? ready : null;
        return fault;
    }

    private static ProviderFault? Length(OutgoingSms message, SmsGatewayCapabilities takes)
    {
        var most = takes.MaxSegments == 0 ? message.Message.MaxSegments : Math.Min(message.Message.MaxSegments, takes.MaxSegments);
        return message.Segments > most ? TooLong($"The text takes {message.Segments} segments; {most} are allowed.")
            : takes.MaxCharacters > 0 && message.Text.Length > takes.MaxCharacters
                ? TooLong($"The text has {message.Text.Length} characters; the provider takes {takes.MaxCharacters}.")
                : null;
    }

    private static ProviderFault? Alphabet(OutgoingSms message, SmsGatewayCapabilities takes) =>
        !takes.Unicode && message.IsUnicode ? Content("The provider takes the GSM alphabet only.")
            : !takes.AstralCharacters && message.Text.Any(char.IsSurrogate) ? Content("The provider takes no characters beyond U+FFFF, such as emoji.")
            : null;

    private static ProviderFault? Choices(SmsMessage message, SmsGatewayCapabilities takes) =>
        message.To.Digits.Length == 0 ? new ProviderFault(SmsErrorClass.InvalidRecipient, Text: "The message has no number.")
            : message.From is { } from && !takes.Senders.HasFlag(KindOf(from.Kind)) ? new ProviderFault(SmsErrorClass.InvalidSender, Text: "The provider takes no sender of this kind.")
            : message.SendAt is not null && !takes.Scheduling ? Content("The provider holds no message until later.")
            : message.Validity <= TimeSpan.Zero ? Content("The validity must be longer than nothing.")
            : message.Validity is { } validity && takes.MaxValidity is { } most && validity > most
                ? Content(string.Create(CultureInfo.InvariantCulture, $"The validity is {validity.TotalMinutes:0} minutes; the provider takes {most.TotalMinutes:0}."))
                : null;

    private static SmsSenderKinds KindOf(SmsSenderKind kind) => kind switch
    {
        SmsSenderKind.Alphanumeric => SmsSenderKinds.Alphanumeric,
        SmsSenderKind.Numeric => SmsSenderKinds.Numeric,
        _ => SmsSenderKinds.ShortCode,
    };

    private static ProviderFault Content(string text) => new(SmsErrorClass.InvalidContent, Text: text);

    private static ProviderFault TooLong(FormattableString text) => new(SmsErrorClass.TooLong, Text: text.ToString(CultureInfo.InvariantCulture));
}
