namespace SuperMail.Dispatch;

/// <summary>A file that goes with every message of a mailing; its bytes are read when the mailing is enqueued and encoded once.</summary>
public sealed class Attachment
{
    private Attachment(string fileName, string? contentType, string? contentId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fileName);
        FileName = fileName;
        ContentType = contentType ?? "application/octet-stream";
        ContentId = contentId;
    }

    /// <summary>The file name shown to the reader; any script (RFC 2231), without a path.</summary>
    public string FileName { get; }

    /// <summary>The media type, such as <c>application/pdf</c>.</summary>
    public string ContentType { get; }

    /// <summary>For an inline image: what the HTML names as <c>cid:…</c>; null for an attachment proper.</summary>
    public string? ContentId { get; }

    internal ReadOnlyMemory<byte> Bytes { get; private init; }

    internal string? Path { get; private init; }

    /// <summary>An attachment of bytes held in memory.</summary>
    public static Attachment FromBytes(string fileName, ReadOnlyMemory<byte> bytes, string? contentType = null) =>
        new(fileName, contentType, null) { Bytes = bytes };

    /// <summary>An attachment read from a file when the mailing is enqueued; a missing or locked file refuses the mailing.</summary>
    public static Attachment FromFile(string path, string? contentType = null) =>
        new(System.IO.Path.GetFileName(path), contentType, null) { Path = path };

    /// <summary>An inline image, shown where the HTML part says <c>&lt;img src="cid:contentId"&gt;</c>.</summary>
    public static Attachment Inline(string contentId, string fileName, ReadOnlyMemory<byte> bytes, string contentType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(contentId);
        return new(fileName, contentType, contentId) { Bytes = bytes };
    }

    /// <summary>An inline image read from a file when the mailing is enqueued.</summary>
    public static Attachment InlineFile(string contentId, string path, string contentType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(contentId);
        return new(System.IO.Path.GetFileName(path), contentType, contentId) { Path = path };
    }

    internal static Attachment Restore(string fileName, string contentType, string? contentId, ReadOnlyMemory<byte> bytes) =>
        new(fileName, contentType, contentId) { Bytes = bytes };

    internal async ValueTask<Attachment> ReadAsync(CancellationToken cancellationToken)
    {
        if (Path is null)
        {
            return this;
        }

        try
        {
            var bytes = await File.ReadAllBytesAsync(Path, cancellationToken).ConfigureAwait(false);
            return Restore(FileName, ContentType, ContentId, bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // A name may hold line breaks, and the text may stand in a log.
            var shown = string.Concat(FileName.Select(static c => char.IsControl(c) ? '_' : c));
            throw new MailingRefusedException($"Attachment '{shown}' cannot be read: {fault.GetType().Name}.", fault);
        }
    }
}
