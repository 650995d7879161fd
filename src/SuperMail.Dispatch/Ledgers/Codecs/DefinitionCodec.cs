using System.Security.Cryptography;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>
/// A mailing's definition ↔ the ledger's blob. The first byte is its format, one for each kind of mailing. Attachments
/// read back point into the blob.
/// </summary>
internal static class DefinitionCodec
{
    private const byte Email = 1;
    private const byte Sms = 2;

    public static ReadOnlyMemory<byte> Encode(MailingDefinition definition)
    {
        var blob = new BlobWriter();
        blob.Byte(definition is SmsDefinition ? Sms : Email);
        blob.Raw(definition.Id.Value.ToByteArray(bigEndian: true));
        if (definition is EmailDefinition email)
        {
            blob.Signed(email.Date.Ticks);
            blob.Signed(email.Date.Offset.Ticks);
        }

        WriteChosen(blob, definition);
        return blob.Finish();
    }

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    public static MailingDefinition Decode(ReadOnlyMemory<byte> blob)
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
    public static ReadOnlyMemory<byte> Hash(MailingDefinition definition)
    {
        var blob = new BlobWriter();
        blob.Byte(definition is SmsDefinition ? Sms : Email);
        WriteChosen(blob, definition);
        var hash = SHA256.HashData(blob.Written);
        blob.Clear();
        return hash;
    }

    public static void WriteFields(BlobWriter blob, IReadOnlyList<string> names)
    {
        blob.Number((ulong)names.Count);
        foreach (var name in names)
        {
            blob.Text(name);
        }
    }

    public static string[] ReadFields(ref BlobReader reader)
    {
        var fields = new string[reader.Count()];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = reader.RequiredText();
        }

        return fields;
    }

    private static void WriteChosen(BlobWriter blob, MailingDefinition definition)
    {
        blob.Text(definition.Name);
        blob.Number((ulong)definition.InDoubtPolicy);
        WriteFields(blob, definition.FieldNames);
        if (definition is SmsDefinition sms)
        {
            SmsChoicesCodec.Write(blob, sms);
        }
        else
        {
            EmailChoicesCodec.Write(blob, (EmailDefinition)definition);
        }
    }

    private static MailingDefinition Read(ReadOnlyMemory<byte> blob)
    {
        var reader = new BlobReader(blob.Span, 0);
        var format = reader.Byte();
        if (format is not (Email or Sms))
        {
            throw format > Sms
                ? new NotSupportedException(
                    $"A mailing's definition was written in format {format} by a newer SuperMail.Dispatch; this one reads formats {Email} and {Sms}. Run the newer version on this ledger.")
                : BlobReader.Corrupt("a mailing's definition has no format");
        }

        var id = new MailingId(new Guid(reader.Raw(16), bigEndian: true));
        var date = format == Email ? new DateTimeOffset(reader.Signed(), new TimeSpan(reader.Signed())) : default;
        var name = reader.RequiredText();
        var inDoubt = (InDoubtPolicy)reader.Number();
        var fields = ReadFields(ref reader);
        return format == Sms
            ? SmsChoicesCodec.Read(ref reader, id, name, inDoubt, fields)
            : EmailChoicesCodec.Read(ref reader, blob, id, name, inDoubt, fields, date);
    }
}
