namespace SuperMail.Dispatch.Ledgers;

/// <summary>What an e-mail mailing says, as a part of its definition's blob.</summary>
internal static class ContentCodec
{
    private const byte Raw = 1;
    private const byte Template = 2;

    public static void Write(BlobWriter blob, EmailContent content)
    {
        switch (content)
        {
            case RawContent raw:
                blob.Byte(Raw);
                blob.Bytes(raw.Message.Span);
                break;
            case TemplateContent template:
                blob.Byte(Template);
                WriteTemplate(blob, template);
                break;
            default:
                throw new NotSupportedException($"Content of type {content.GetType().Name} cannot be stored.");
        }
    }

    public static EmailContent Read(ref BlobReader reader, ReadOnlyMemory<byte> blob) => reader.Byte() switch
    {
        Raw => ReadRaw(blob[reader.Bytes()]),
        Template => ReadTemplate(ref reader, blob),
        var kind => throw BlobReader.Corrupt($"content of unknown kind {kind}"),
    };

    private static EmailContent ReadRaw(ReadOnlyMemory<byte> message) =>
        message.IsEmpty ? EmailContent.RawPerRecipient : EmailContent.Raw(message);

    private static void WriteTemplate(BlobWriter blob, TemplateContent content)
    {
        blob.Text(content.Subject);
        blob.Text(content.Text);
        blob.Text(content.Html);
        blob.Number((ulong)content.TagStyle);
        blob.Number((ulong)content.Attachments.Count);
        foreach (var attachment in content.Attachments)
        {
            if (attachment.Path is not null)
            {
                throw new InvalidOperationException($"Attachment '{attachment.FileName}' must be read before the definition is stored.");
            }

            blob.Text(attachment.FileName);
            blob.Text(attachment.ContentType);
            blob.Text(attachment.ContentId);
            blob.Bytes(attachment.Bytes.Span);
        }

        blob.Number((ulong)content.Headers.Count);
        foreach (var (name, value) in content.Headers)
        {
            blob.Text(name);
            blob.Text(value);
        }

        blob.Byte(content.ListUnsubscribe is null ? (byte)0 : (byte)1);
        if (content.ListUnsubscribe is { } list)
        {
            blob.Text(list.Url);
            blob.Text(list.MailTo);
            blob.Byte(list.OneClick switch { null => 0, false => 1, true => 2 });
        }
    }

    private static TemplateContent ReadTemplate(ref BlobReader reader, ReadOnlyMemory<byte> blob)
    {
        var subject = reader.RequiredText();
        var text = reader.Text();
        var html = reader.Text();
        var tags = (TagStyle)reader.Number();
        var attachments = new Attachment[reader.Count()];
        for (var i = 0; i < attachments.Length; i++)
        {
            attachments[i] = Attachment.Restore(reader.RequiredText(), reader.RequiredText(), reader.Text(), blob[reader.Bytes()]);
        }

        var headers = new KeyValuePair<string, string>[reader.Count()];
        for (var i = 0; i < headers.Length; i++)
        {
            headers[i] = new(reader.RequiredText(), reader.RequiredText());
        }

        return new TemplateContent
        {
            Subject = subject,
            Text = text,
            Html = html,
            TagStyle = tags,
            Attachments = attachments,
            Headers = headers,
            ListUnsubscribe = reader.Byte() == 0 ? null : ReadListUnsubscribe(ref reader),
        };
    }

    private static ListUnsubscribe ReadListUnsubscribe(ref BlobReader reader) => new()
    {
        Url = reader.Text(),
        MailTo = reader.Text(),
        OneClick = reader.Byte() switch { 0 => null, 1 => false, _ => true },
    };
}
