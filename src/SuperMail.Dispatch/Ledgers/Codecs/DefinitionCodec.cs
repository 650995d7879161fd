using System.Security.Cryptography;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>A mailing's definition ↔ the ledger's blob, with a format version. Attachments read back point into the blob.</summary>
internal static class DefinitionCodec
{
    private const byte Version = 1;

    public static ReadOnlyMemory<byte> Encode(EmailDefinition definition)
    {
        var blob = new BlobWriter();
        blob.Byte(Version);
        blob.Raw(definition.Id.Value.ToByteArray(bigEndian: true));
        blob.Signed(definition.Date.Ticks);
        blob.Signed(definition.Date.Offset.Ticks);
        WriteChosen(blob, definition);
        return blob.Finish();
    }

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    public static EmailDefinition Decode(ReadOnlyMemory<byte> blob)
    {
        try
        {
            return Read(blob);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            throw BlobReader.Corrupt("a mailing's definition holds an impossible value", fault);
        }
    }

    /// <summary>A hash over what the caller chose, without id and date, to compare two calls with the same external key.</summary>
    public static ReadOnlyMemory<byte> Hash(EmailDefinition definition)
    {
        var blob = new BlobWriter();
        WriteChosen(blob, definition);
        var hash = SHA256.HashData(blob.Written);
        blob.Clear();
        return hash;
    }

    private static void WriteChosen(BlobWriter blob, EmailDefinition definition)
    {
        blob.Text(definition.Name);
        blob.Text(definition.From.ToString());
        blob.Text(definition.FromName);
        blob.Text(definition.ReplyTo?.ToString());
        blob.Text(definition.EnvelopeFrom);
        blob.Number((ulong)definition.InDoubtPolicy);
        blob.Number((ulong)definition.Dsn);
        blob.Number((ulong)definition.FieldNames.Count);
        foreach (var name in definition.FieldNames)
        {
            blob.Text(name);
        }

        ContentCodec.Write(blob, definition.Content);
    }

    private static EmailDefinition Read(ReadOnlyMemory<byte> blob)
    {
        var reader = new BlobReader(blob.Span, 0);
        var version = reader.Byte();
        if (version != Version)
        {
            throw version > Version
                ? new NotSupportedException(
                    $"A mailing's definition was written in format {version} by a newer SuperMail.Dispatch; this one reads format {Version}. Run the newer version on this ledger.")
                : BlobReader.Corrupt("a mailing's definition has no format");
        }

        var id = new MailingId(new Guid(reader.Raw(16), bigEndian: true));
        var date = new DateTimeOffset(reader.Signed(), new TimeSpan(reader.Signed()));
        var name = reader.RequiredText();
        var from = EmailAddress.Parse(reader.RequiredText());
        var fromName = reader.Text();
        var replyTo = reader.Text();
        var envelopeFrom = reader.Text();
        var inDoubt = (InDoubtPolicy)reader.Number();
        var dsn = (DsnNotify)reader.Number();
        var fields = new string[reader.Count()];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = reader.RequiredText();
        }

        return new EmailDefinition
        {
            Id = id,
            Name = name,
            Content = ContentCodec.Read(ref reader, blob),
            FieldNames = fields,
            From = from,
            FromName = fromName,
            ReplyTo = replyTo is null ? null : EmailAddress.Parse(replyTo),
            EnvelopeFrom = envelopeFrom,
            Date = date,
            InDoubtPolicy = inDoubt,
            Dsn = dsn,
        };
    }
}
