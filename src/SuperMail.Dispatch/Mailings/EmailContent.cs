namespace SuperMail.Dispatch;

/// <summary>What an e-mail mailing says: a template with merge tags, or whole messages made elsewhere.</summary>
public abstract record EmailContent
{
    private protected EmailContent()
    {
    }

    /// <summary>Each recipient brings a whole message in <see cref="Recipient.RawMessage"/>.</summary>
    public static EmailContent RawPerRecipient { get; } = new RawContent(ReadOnlyMemory<byte>.Empty);

    /// <summary>The same whole message (RFC 5322 bytes, for example written by MimeKit) for every recipient.</summary>
    public static EmailContent Raw(ReadOnlyMemory<byte> message) => message.IsEmpty
        ? throw new ArgumentException("A raw message must not be empty.", nameof(message))
        : new RawContent(message);
}

/// <summary>Whole messages in RFC 5322 bytes: only line ends are normalised, Bcc and Return-Path removed.</summary>
/// <param name="Message">The message for all, or empty when each recipient brings its own.</param>
public sealed record RawContent(ReadOnlyMemory<byte> Message) : EmailContent;

/// <summary>A message with merge tags, compiled once per mailing.</summary>
public sealed record TemplateContent : EmailContent
{
    /// <summary>The subject; may hold tags.</summary>
    public required string Subject { get; init; }

    /// <summary>The plain text part; may hold tags. At least one of text and HTML is needed.</summary>
    public string? Text { get; init; }

    /// <summary>The HTML part; tags are encoded by their context (text, attribute, URL).</summary>
    public string? Html { get; init; }

    /// <summary>How tags are written.</summary>
    public TagStyle TagStyle { get; init; }

    /// <summary>Attachments and inline images, the same for every recipient.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>Further header fields in order; values may hold tags. Fields that the composer writes itself are refused.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How a recipient leaves the list (RFC 2369, RFC 8058).</summary>
    public ListUnsubscribe? ListUnsubscribe { get; init; }
}

/// <summary>The List-Unsubscribe header fields.</summary>
public sealed record ListUnsubscribe
{
    /// <summary>An https URI that carries a tag of the recipient, such as <c>https://example.org/u?t={{Token}}</c>.</summary>
    public string? Url { get; init; }

    /// <summary>A mailto URI or address, offered beside the URL.</summary>
    public string? MailTo { get; init; }

    /// <summary>Adds List-Unsubscribe-Post (RFC 8058 §3.1); needs exactly one https URI with a tag. Default true when <see cref="Url"/> qualifies.</summary>
    public bool? OneClick { get; init; }
}
