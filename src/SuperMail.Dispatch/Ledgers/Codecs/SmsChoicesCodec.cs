namespace SuperMail.Dispatch.Ledgers;

/// <summary>What is special about an SMS mailing, as a part of its definition's blob.</summary>
internal static class SmsChoicesCodec
{
    public static void Write(BlobWriter blob, SmsDefinition definition)
    {
        blob.Text(definition.Text);
        blob.Number((ulong)definition.TagStyle);
        blob.Text(definition.Sender?.Value);
        blob.Text(definition.DefaultCountry?.ToString());
        blob.Number((ulong)definition.Encoding);
        blob.Byte(definition.SmartEncode ? (byte)1 : (byte)0);
        blob.Signed(definition.MaxSegments);
        blob.Signed(definition.Validity?.Ticks ?? 0);
        blob.Text(definition.CallbackUrl?.OriginalString);
        blob.Signed(definition.Priority ?? 0);
        blob.Text(definition.Reference);
    }

    public static SmsDefinition Read(ref BlobReader reader, MailingId id, string name, InDoubtPolicy inDoubt, string[] fields)
    {
        var text = reader.RequiredText();
        var tags = (TagStyle)reader.Number();
        var sender = reader.Text();
        var country = reader.Text();
        var encoding = (SmsEncoding)reader.Number();
        var smart = reader.Byte() != 0;
        var segments = reader.Int32();
        var validity = reader.Signed();
        var callback = reader.Text();
        var priority = reader.Int32();
        return new SmsDefinition
        {
            Id = id,
            Name = name,
            InDoubtPolicy = inDoubt,
            FieldNames = fields,
            Text = text,
            TagStyle = tags,
            Sender = sender is null ? null : SmsSender.Parse(sender, allowPunctuation: true),
            DefaultCountry = country is null ? null : CountryCode.Parse(country),
            Encoding = encoding,
            SmartEncode = smart,
            MaxSegments = segments,
            Validity = validity == 0 ? null : new TimeSpan(validity),
            CallbackUrl = callback is null ? null : new Uri(callback, UriKind.Absolute),
            Priority = priority == 0 ? null : priority,
            Reference = reader.Text(),
        };
    }
}
