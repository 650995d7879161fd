namespace SuperMail.Dispatch.Composing;

/// <summary>Checks an attachment's media type (RFC 2045 §5.1): type, subtype and simple parameters.</summary>
internal static class MediaType
{
    /// <summary>The media type with single separators, or a refusal that names the file.</summary>
    public static string Check(string contentType, string fileName)
    {
        var parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        var slash = parts[0].IndexOf('/');
        if (slash < 0 || !HeaderCharacters.IsToken(parts[0].AsSpan(0, slash)) || !HeaderCharacters.IsToken(parts[0].AsSpan(slash + 1))
            || parts[0].Length > 200)
        {
            throw Refuse(fileName, "must be type/subtype");
        }

        // RFC 2046 §5: composite types must not be encoded in base64.
        if (parts[0].StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || parts[0].StartsWith("message/", StringComparison.OrdinalIgnoreCase))
        {
            throw Refuse(fileName, "must not be multipart/… or message/…: attach the message as application/octet-stream");
        }

        foreach (var parameter in parts.AsSpan(1))
        {
            var equals = parameter.IndexOf('=');
            if (equals < 0 || !HeaderCharacters.IsToken(parameter.AsSpan(0, equals)) || !IsValue(parameter.AsSpan(equals + 1))
                || parameter.Length > 200 || parameter.StartsWith("name", StringComparison.OrdinalIgnoreCase))
            {
                throw Refuse(fileName, "has a parameter that is not name=value of printable ASCII, or that gives the file's name");
            }
        }

        return string.Join(";", parts);
    }

    private static bool IsValue(ReadOnlySpan<char> value) =>
        HeaderCharacters.IsToken(value)
        || (value.Length >= 2 && value[0] == '"' && value[^1] == '"'
            && HeaderCharacters.IsPrintable(value) && !value[1..^1].ContainsAny('"', '\\'));

    private static MailingRefusedException Refuse(string fileName, string rule) =>
        new($"Attachment '{fileName}': the content type {rule} (RFC 2045 §5.1).");
}
