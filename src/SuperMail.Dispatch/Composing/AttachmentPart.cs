namespace SuperMail.Dispatch.Composing;

/// <summary>One file: its header fields, and its bytes in base64, encoded once and kept by reference.</summary>
internal static class AttachmentPart
{
    public static void Write(Attachment file, PieceList pieces)
    {
        if (file.Path is not null)
        {
            throw new InvalidOperationException("An attachment must be read before it is composed.");
        }

        var name = FileName.Clean(file.FileName);
        var output = pieces.Static;
        output.WriteAscii("Content-Type: ");
        output.WriteAscii(MediaType.Check(file.ContentType, name).Replace(";", ";\r\n ", StringComparison.Ordinal));
        // An ASCII name for readers that know no RFC 2231; twice "filename" would be no valid field.
        MimeParameter.Write("name", FileName.AsciiOf(name), output);
        output.WriteAscii(file.ContentId is null ? "\r\nContent-Disposition: attachment" : "\r\nContent-Disposition: inline");
        MimeParameter.Write("filename", name, output);
        if (file.ContentId is not null)
        {
            output.WriteAscii($"\r\nContent-ID: <{file.ContentId}>");
        }

        output.WriteAscii("\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        pieces.AddShared(Base64Lines.Encode(file.Bytes.Span));
    }
}
