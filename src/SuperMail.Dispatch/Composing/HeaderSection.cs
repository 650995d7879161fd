using System.Globalization;

namespace SuperMail.Dispatch.Composing;

/// <summary>The message's own header fields (RFC 5322 §3.6), before those of its body.</summary>
/// <remarks>No Sender: there is one From, and RFC 5322 §3.6.2 wants Sender only beside several or for another agent.</remarks>
internal static class HeaderSection
{
    public static void Write(EmailDefinition definition, TemplateContent content, PieceList pieces)
    {
        var fields = definition.FieldNames;
        var output = pieces.Static;
        output.WriteAscii($"Date: {definition.Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)}{Zone(definition.Date.Offset)}\r\n");
        Check(MailboxField.Write("From", definition.FromName, definition.From, output));
        if (definition.ReplyTo is { } replyTo)
        {
            Check(MailboxField.Write("Reply-To", null, replyTo, output));
        }

        output.WriteAscii($"Message-ID: <{definition.Id}.");
        pieces.Add(new OrdinalPiece());
        output.WriteAscii($"@{definition.From.Domain}>\r\n");
        pieces.Add(new ToPiece());
        HeaderPiece.AddTo(pieces, "Subject", TemplateText.Parse("Subject", content.Subject, content.TagStyle), false, fields);
        CustomHeaders.Write(content, fields, pieces);
        UnsubscribeHeaders.Write(content, fields, pieces);
        output.WriteAscii("MIME-Version: 1.0\r\n");
    }

    // RFC 5322 §3.3: zone = (+ / -) 4DIGIT
    private static string Zone(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);

    private static void Check(string? error)
    {
        if (error is not null)
        {
            throw new MailingRefusedException(error);
        }
    }
}
