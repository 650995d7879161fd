namespace SuperMail.Dispatch.Composing;

/// <summary>
/// The tree of parts: text and HTML in multipart/alternative (RFC 2046 §5.1.4), HTML with its images in
/// multipart/related (RFC 2387), all with attachments in multipart/mixed. What would hold one part is left out.
/// </summary>
internal sealed class MimeBody
{
    private readonly TemplateText? _text;
    private readonly TemplateText? _html;
    private readonly List<Attachment> _inline;
    private readonly List<Attachment> _attached;
    private readonly EmailDefinition _definition;
    private readonly PieceList _pieces;
    private int _boundaries;
    private bool _endsLine;

    private MimeBody(EmailDefinition definition, TemplateContent content, PieceList pieces)
    {
        _definition = definition;
        _pieces = pieces;
        _text = string.IsNullOrEmpty(content.Text) ? null : TemplateText.Parse("Text", content.Text, content.TagStyle);
        _html = string.IsNullOrEmpty(content.Html) ? null : TemplateText.Parse("Html", content.Html, content.TagStyle);
        _inline = [.. content.Attachments.Where(static file => file.ContentId is not null)];
        _attached = [.. content.Attachments.Where(static file => file.ContentId is null)];
        if (_text is null && _html is null)
        {
            throw new MailingRefusedException("Text and Html are both empty: at least one is needed.");
        }

        ContentIds.Check(content.Html, _inline);
    }

    /// <summary>Writes the body's header fields, the empty line and the body, which ends with a line break.</summary>
    public static void Write(EmailDefinition definition, TemplateContent content, PieceList pieces)
    {
        var body = new MimeBody(definition, content, pieces);
        body.WriteMixed();
        if (!body._endsLine)
        {
            pieces.Static.WriteAscii("\r\n");
        }
    }

    private void WriteMixed()
    {
        if (_attached.Count == 0)
        {
            WriteAlternative();
            return;
        }

        WriteMultipart("mixed", "", [WriteAlternative, .. _attached.Select(Part)]);
    }

    private void WriteAlternative()
    {
        if (_text is not null && _html is not null)
        {
            // RFC 2046 §5.1.4: the plainest first.
            WriteMultipart("alternative", "", [() => WriteLeaf(_text, false), WriteRelated]);
        }
        else if (_text is not null)
        {
            WriteLeaf(_text, false);
        }
        else
        {
            WriteRelated();
        }
    }

    private void WriteRelated()
    {
        if (_inline.Count == 0)
        {
            WriteLeaf(_html!, true);
            return;
        }

        // RFC 2387 §3.1: type is required and names the root's media type.
        WriteMultipart("related", "\r\n type=\"text/html\";", [() => WriteLeaf(_html!, true), .. _inline.Select(Part)]);
    }

    private void WriteLeaf(TemplateText text, bool isHtml) =>
        _endsLine = TextBody.Write(text, isHtml, _definition.FieldNames, _pieces);

    private Action Part(Attachment file) => () => AttachmentPart.Write(file, _pieces);

    private void WriteMultipart(string subtype, string parameters, Action[] parts)
    {
        // "=_" cannot occur in quoted-printable or base64 (RFC 2045 §6.7, note), and StaticText keeps it out of 7bit.
        var boundary = $"=_{_definition.Id}_{++_boundaries}";
        _pieces.Static.WriteAscii($"Content-Type: multipart/{subtype};{parameters}\r\n boundary=\"{boundary}\"\r\n\r\n");
        for (var i = 0; i < parts.Length; i++)
        {
            // RFC 2046 §5.1.1: the line break before a boundary belongs to the boundary.
            _pieces.Static.WriteAscii(i == 0 ? $"--{boundary}\r\n" : $"\r\n--{boundary}\r\n");
            parts[i]();
        }

        _pieces.Static.WriteAscii($"\r\n--{boundary}--");
        _endsLine = false;
    }
}
