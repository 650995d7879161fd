using System.Globalization;

namespace SuperMail.Dispatch.Smtp;

/// <summary>What can be wrong with a message at this relay, found before its MAIL leaves: from there on nothing can fail.</summary>
internal static class MessageRules
{
    private static readonly (EnhancedStatusCode Code, Func<OutgoingMessage, SmtpCapabilities, string?> Fault)[] s_rules =
    [
        // RFC 1870 §6.1: counted before stuffing.
        (new(5, 3, 4), static (message, relay) => relay.MaxSize > 0 && message.Length > relay.MaxSize
            ? string.Create(CultureInfo.InvariantCulture, $"The message has {message.Length} octets and the relay takes at most {relay.MaxSize} (SIZE).")
            : null),

        // RFC 6531 §3.1.
        (new(5, 6, 7), static (message, relay) => message.NeedsSmtpUtf8 && !relay.SmtpUtf8
            ? "The address or a header holds characters that need SMTPUTF8, and the relay does not offer it."
            : null),

        // RFC 6152 §3.
        (new(5, 6, 3), static (message, relay) => message.Has8Bit && !relay.EightBitMime
            ? "The message has octets above 127, and the relay does not offer 8BITMIME."
            : null),

        (new(5, 1, 3), static (message, _) => CommandWriter.IsSafe(message.Envelope.To)
            ? null
            : "The recipient's address holds a character that must not stand in a command."),

        (new(5, 1, 7), static (message, _) => CommandWriter.IsSafe(message.Envelope.From)
            ? null
            : "The sender's address holds a character that must not stand in a command."),
    ];

    /// <summary>Null when the message can be offered.</summary>
    public static Verdict? Judge(OutgoingMessage message, SmtpCapabilities relay)
    {
        foreach (var (code, fault) in s_rules)
        {
            if (fault(message, relay) is { } text)
            {
                return new Verdict
                {
                    Kind = VerdictKind.Failed, Phase = DeliveryPhase.Composing, EnhancedCode = code, Text = text,
                };
            }
        }

        return null;
    }
}
