namespace SuperMail.Dispatch.Composing;

/// <summary>Writes one mailbox - a name, if there is one, and an address - as a header field (RFC 5322 §3.4).</summary>
internal static class MailboxField
{
    // A quoted-string is not folded, so that a longer name is written as encoded-words.
    private const int LongestAsText = 60;

    /// <summary>Writes the field; returns null, or why the name cannot be written.</summary>
    public static string? Write(string name, string? displayName, EmailAddress address, MessageBuffer output)
    {
        if (displayName?.Length > HeaderField.LongestText)
        {
            return $"{name}: a display name takes at most {HeaderField.LongestText} characters.";
        }

        output.WriteAscii(name);
        output.WriteAscii(": ");
        var column = name.Length + 2;
        var text = new HeaderTextBuilder(stackalloc char[256]);
        try
        {
            text.Append(displayName);
            var hasName = !text.Text.IsEmpty;
            if (hasName)
            {
                column = WritePhrase(text.Text, column, output);
                // RFC 5322 §2.1.1: 78; an address itself has no place to fold.
                output.WriteAscii(column + address.ToString().Length + 3 > 78 ? "\r\n <" : " <");
            }

            WriteAddress(address, output);
            output.WriteAscii(hasName ? ">\r\n" : "\r\n");
            return null;
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void WriteAddress(EmailAddress address, MessageBuffer output)
    {
        if (address.NeedsSmtpUtf8)
        {
            // RFC 6532 §3.2: raw UTF-8 in the header, since an address has no encoded form.
            output.NeedsSmtpUtf8 = true;
            output.Has8Bit = true;
        }

        output.WriteUtf8(address.ToString());
    }

    private static int WritePhrase(ReadOnlySpan<char> text, int column, MessageBuffer output)
    {
        if (text.Length > LongestAsText || !HeaderCharacters.IsPrintable(text) || text.Contains("=?", StringComparison.Ordinal))
        {
            return EncodedWords.Write(text, column, output);
        }

        if (HeaderCharacters.IsAtoms(text) && !text.Contains("  ", StringComparison.Ordinal))
        {
            output.WriteAscii(text);
            return column + text.Length;
        }

        // RFC 5322 §3.2.4: quoted-string
        var span = output.GetSpan((2 * text.Length) + 2);
        var written = 0;
        span[written++] = (byte)'"';
        foreach (var c in text)
        {
            if (c is '"' or '\\')
            {
                span[written++] = (byte)'\\';
            }

            span[written++] = (byte)c;
        }

        span[written++] = (byte)'"';
        output.Advance(written);
        return column + written;
    }
}
