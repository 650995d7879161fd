using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>What a URI in a header must be.</summary>
internal enum UriDemand
{
    /// <summary>http or https.</summary>
    Web,

    /// <summary>https alone (RFC 8058 §3.1).</summary>
    HttpsOnly,

    /// <summary>mailto (RFC 6068).</summary>
    MailTo,
}

/// <summary>A URI with tags: literal text, a whole URL where it begins with a tag, else percent-encoded components.</summary>
internal sealed class UriTemplate
{
    private readonly UriDemand _kind;
    private readonly (string? Literal, MergeField? Field)[] _parts;

    private UriTemplate(UriDemand kind, (string? Literal, MergeField? Field)[] parts)
    {
        _kind = kind;
        _parts = parts;
    }

    /// <summary>Checks what can be known before any recipient.</summary>
    public static UriTemplate Compile(TemplateText text, UriDemand kind, IReadOnlyList<string> fieldNames)
    {
        foreach (var token in text.Tokens)
        {
            if (!token.IsTag && !IsUriText(token.Text))
            {
                throw text.Refuse(token, "a URI in a header holds printable ASCII without blanks, angle brackets and quotes; percent-encode the rest (RFC 3986 §2).");
            }
        }

        var first = text.Tokens[0];
        if (!first.IsTag && !IsWhole(first.Text, kind))
        {
            throw text.Refuse(first, kind switch
            {
                UriDemand.HttpsOnly => "the Url must begin with https:// and a host, or with a tag that holds such a URL.",
                UriDemand.Web => "the Url must begin with https:// or http:// and a host, or with a tag that holds such a URL.",
                _ => "MailTo must be an address or a mailto URI.",
            });
        }

        if (kind == UriDemand.MailTo && !text.HasTags
            && !EmailAddress.TryParse(Uri.UnescapeDataString(first.Text["mailto:".Length..].Split('?')[0]), out _, out var error))
        {
            throw text.Refuse(first, $"MailTo: {error}");
        }

        return new UriTemplate(kind, [.. text.Tokens.Select(token =>
            token.IsTag ? (null, MergeField.Bind(text, token, fieldNames)) : (token.Text, (MergeField?)null))]);
    }

    /// <summary>Writes the URI; returns null, or why this recipient's values make none.</summary>
    public string? Write(in ComposeInput input, MessageBuffer buffer)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i].Literal is { } literal)
            {
                buffer.WriteAscii(literal);
                continue;
            }

            var field = _parts[i].Field!;
            if (field.ValueOf(input) is not { } value)
            {
                return field.Missing;
            }

            if (value.Length > UriHeaderPiece.LongestUri)
            {
                return $"{field.Name}: the value is too long for a URI in a header.";
            }

            if (i > 0)
            {
                WriteComponent(value, buffer);
            }
            else if (IsWhole(value, _kind) && IsUriText(value))
            {
                buffer.WriteAscii(value);
            }
            else
            {
                return $"{field.Name}: the value stands for a whole URL and must be an absolute {(_kind == UriDemand.Web ? "http or https" : "https")} URL in ASCII.";
            }
        }

        return null;
    }

    private static bool IsWhole(string value, UriDemand kind) => kind == UriDemand.MailTo
        ? value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
        : value.StartsWith("http", StringComparison.OrdinalIgnoreCase) && UrlRule.IsWhole(value, kind == UriDemand.HttpsOnly);

    private static bool IsUriText(string text) =>
        HeaderCharacters.IsPrintable(text) && !text.AsSpan().ContainsAny(" <>\"");

    private static void WriteComponent(string value, MessageBuffer buffer)
    {
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            var span = buffer.GetSpan(12);
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '.' or '_' or '~'))
            {
                span[0] = (byte)rune.Value;
                buffer.Advance(1);
                continue;
            }

            var count = rune.EncodeToUtf8(octets);
            for (var i = 0; i < count; i++)
            {
                span[3 * i] = (byte)'%';
                span[(3 * i) + 1] = "0123456789ABCDEF"u8[octets[i] >> 4];
                span[(3 * i) + 2] = "0123456789ABCDEF"u8[octets[i] & 15];
            }

            buffer.Advance(3 * count);
        }
    }
}

/// <summary>A header field of URIs in angle brackets, folded between them: never encoded-words (RFC 2369 §2).</summary>
internal sealed class UriHeaderPiece(string name, UriTemplate[] uris) : Piece
{
    // A URI has no white space to fold at, and a line takes 998.
    public const int LongestUri = 900;

    public override string? Write(in ComposeInput input, MessageBuffer buffer)
    {
        buffer.WriteAscii(name);
        buffer.WriteAscii(": ");
        for (var i = 0; i < uris.Length; i++)
        {
            buffer.WriteAscii(i == 0 ? "<" : ",\r\n <");
            var before = buffer.Length;
            if (uris[i].Write(input, buffer) is { } error)
            {
                return error;
            }

            if (buffer.Length - before > LongestUri)
            {
                return $"{name}: with this recipient's values a URI is longer than {LongestUri} characters.";
            }

            buffer.WriteAscii(">");
        }

        buffer.WriteAscii("\r\n");
        return null;
    }
}
