namespace SuperMail.Dispatch.Composing;

/// <summary>One header field with tags, unstructured or structured.</summary>
internal sealed class HeaderPiece : Piece
{
    private readonly string _name;
    private readonly string _part;
    private readonly bool _isStructured;
    private readonly (string? Literal, MergeField? Field)[] _parts;

    private HeaderPiece(string name, TemplateText text, bool isStructured, IReadOnlyList<string> fieldNames)
    {
        _name = name;
        _part = text.Part;
        _isStructured = isStructured;
        _parts = [.. text.Tokens.Select(token =>
            token.IsTag ? (null, MergeField.Bind(text, token, fieldNames)) : (token.Text, (MergeField?)null))];
    }

    /// <summary>Adds a field: at once when it has no tags, else as a step.</summary>
    public static void AddTo(PieceList pieces, string name, TemplateText text, bool isStructured, IReadOnlyList<string> fieldNames)
    {
        var piece = new HeaderPiece(name, text, isStructured, fieldNames);
        if (text.HasTags)
        {
            pieces.Add(piece);
        }
        else if (piece.Write(default, pieces.Static) is { } error)
        {
            throw new MailingRefusedException(error);
        }
    }

    public override string? Write(in ComposeInput input, MessageBuffer buffer)
    {
        var text = new HeaderTextBuilder(stackalloc char[256]);
        try
        {
            foreach (var (literal, field) in _parts)
            {
                var value = literal ?? field!.ValueOf(input);
                if (value is null)
                {
                    return field!.Missing;
                }

                if (value.Length > HeaderField.LongestText)
                {
                    return TooLong();
                }

                text.Append(value);
            }

            if (text.Text.Length > HeaderField.LongestText)
            {
                return TooLong();
            }

            if (!_isStructured)
            {
                HeaderField.WriteUnstructured(_name, text.Text, buffer);
                return null;
            }

            return HeaderField.TryWriteStructured(_name, text.Text, buffer)
                ? null
                : $"{_part}: this header is structured and takes printable ASCII in words of at most 900 characters.";
        }
        finally
        {
            text.Dispose();
        }
    }

    private string TooLong() => $"{_part}: a header takes at most {HeaderField.LongestText} characters.";
}
