namespace SuperMail.Dispatch.Composing;

/// <summary>What counts as one line break: CRLF, CRCRLF, a CR alone, an LF alone. Each becomes CRLF (SMTP smuggling: CVE-2023-51764).</summary>
internal static class LineBreaks
{
    /// <summary>Characters of the line break that stands at the head of a text.</summary>
    public static int LengthOf(ReadOnlySpan<char> text) =>
        text[0] != '\r' || text.Length == 1 ? 1
        : text[1] == '\n' ? 2
        : text[1] == '\r' && text.Length > 2 && text[2] == '\n' ? 3
        : 1;

    /// <summary>Octets of the line break that stands at the head of a message's rest.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes[0] != '\r' || bytes.Length == 1 ? 1
        : bytes[1] == '\n' ? 2
        : bytes[1] == '\r' && bytes.Length > 2 && bytes[2] == '\n' ? 3
        : 1;
}
