using System.Globalization;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Delivery;

/// <summary>From a recipient's number and text to the message that a gateway is offered.</summary>
internal static class SmsMessages
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>
    /// The id of a recipient's message, the same at every attempt: the mailing's id in 26 digits of base 32, then the
    /// ordinal in base 36. Providers take no more than 32 of a-z and 0-9.
    /// </summary>
    public static string IdOf(MailingId mailing, long ordinal)
    {
        Span<char> id = stackalloc char[40];
        var value = new UInt128(
            ulong.Parse(mailing.ToString().AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ulong.Parse(mailing.ToString().AsSpan(16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        for (var i = 25; i >= 0; i--)
        {
            id[i] = Digits[(int)(value & 31)];
            value >>= 5;
        }

        var length = 26;
        do
        {
            id[length++] = Digits[(int)(ordinal % 36)];
            ordinal /= 36;
        }
        while (ordinal > 0);
        id[26..length].Reverse();
        return id[..length].ToString();
    }

    public static SmsMessage Make(SmsDefinition definition, long ordinal, PhoneNumber to, in SmsComposition text) => new()
    {
        Id = IdOf(definition.Id, ordinal),
        To = to,
        Text = text.Text!,
        From = definition.Sender,
        Encoding = text.Segments.Encoding,
        SmartEncode = definition.SmartEncode,
        MaxSegments = definition.MaxSegments,
        Validity = definition.Validity,
        Reference = definition.Reference,
        CallbackUrl = definition.CallbackUrl,
        Priority = definition.Priority,
    };

    /// <summary>Why a gateway does not take a text, or null: refused before the wire, and never cut there.</summary>
    public static (OutcomeReason Reason, string Fault)? BeyondGateway(SmsGatewayCapabilities capabilities, in SmsComposition text)
    {
        var characters = text.Text!.Length;
        return capabilities switch
        {
            { MaxCharacters: > 0 and var most } when characters > most =>
                (OutcomeReason.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The text has {characters} characters; the SMS gateway takes {most}.")),
            { MaxSegments: > 0 and var most } when text.Segments.Segments > most =>
                (OutcomeReason.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The text takes {text.Segments.Segments} segments; the SMS gateway takes {most}.")),
            { Unicode: false } when text.Segments.Encoding is SmsEncoding.Ucs2 =>
                (OutcomeReason.BadContent, "The text needs UCS-2, which the SMS gateway does not take."),
            { AstralCharacters: false } when text.Text.Any(char.IsSurrogate) =>
                (OutcomeReason.BadContent, "The text holds characters beyond the Basic Multilingual Plane (emoji), which the SMS gateway does not take."),
            _ => null,
        };
    }
}
