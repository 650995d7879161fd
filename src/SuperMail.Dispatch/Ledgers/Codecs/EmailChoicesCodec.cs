namespace SuperMail.Dispatch.Ledgers;

/// <summary>What is special about an e-mail mailing, as a part of its definition's blob.</summary>
internal static class EmailChoicesCodec
{
    public static void Write(BlobWriter blob, EmailDefinition definition)
    {
        blob.Text(definition.From.ToString());
        blob.Text(definition.FromName);
        blob.Text(definition.ReplyTo?.ToString());
        blob.Text(definition.EnvelopeFrom);
        blob.Number((ulong)definition.Dsn);
        ContentCodec.Write(blob, definition.Content);
        blob.Text(definition.Phones?.Domain);
        if (definition.Phones is { } phones)
        {
            DefinitionCodec.WriteFields(blob, phones.Text.FieldNames);
            SmsChoicesCodec.Write(blob, phones.Text);
        }
    }

    public static EmailDefinition Read(
        ref BlobReader reader, ReadOnlyMemory<byte> blob, MailingId id, string name, InDoubtPolicy inDoubt, string[] fields, DateTimeOffset date)
    {
        var from = EmailAddress.Parse(reader.RequiredText());
        var fromName = reader.Text();
        var replyTo = reader.Text();
        var envelopeFrom = reader.Text();
        var dsn = (DsnNotify)reader.Number();
        var content = ContentCodec.Read(ref reader, blob);
        var domain = reader.Text();
        return new EmailDefinition
        {
            Id = id,
            Name = name,
            Content = content,
            FieldNames = fields,
            From = from,
            FromName = fromName,
            ReplyTo = replyTo is null ? null : EmailAddress.Parse(replyTo),
            EnvelopeFrom = envelopeFrom,
            Date = date,
            InDoubtPolicy = inDoubt,
            Dsn = dsn,
            Phones = domain is null
                ? null
                : new PhoneRoute(domain, SmsChoicesCodec.Read(ref reader, id, name, inDoubt, DefinitionCodec.ReadFields(ref reader))),
        };
    }
}
