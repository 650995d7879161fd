namespace SuperMail.Dispatch.Composing;

/// <summary>Writes header fields: folded at 78 where there is white space, no line over 998 (RFC 5322 §2.1.1, §2.2.3).</summary>
internal static class HeaderField
{
    /// <summary>
    /// The longest text that a field may get from its values; more is some fault of the data, and relays cut such
    /// headers (Postfix: 102,400 octets; a character here may take five, folds included).
    /// </summary>
    public const int LongestText = 16_000;

    private const int FoldAt = 78;
    private const int LongestWord = 900;

    /// <summary>Writes an unstructured field: as it is where it can be, else as encoded-words (RFC 2047 §5 (1)).</summary>
    public static void WriteUnstructured(string name, ReadOnlySpan<char> text, MessageBuffer output)
    {
        WriteName(name, text, output);
        if (HeaderCharacters.IsPrintable(text) && !text.Contains("=?", StringComparison.Ordinal) && CanFold(text))
        {
            WriteFolded(text, name.Length + 2, output);
        }
        else
        {
            EncodedWords.Write(text, name.Length + 2, output);
        }

        output.WriteAscii("\r\n");
    }

    /// <summary>Writes a structured field, where encoded-words would be read as they stand.</summary>
    /// <returns>False when the text is not printable ASCII, or has a word too long for a line.</returns>
    public static bool TryWriteStructured(string name, ReadOnlySpan<char> text, MessageBuffer output)
    {
        if (!HeaderCharacters.IsPrintable(text) || !CanFold(text))
        {
            return false;
        }

        WriteName(name, text, output);
        WriteFolded(text, name.Length + 2, output);
        output.WriteAscii("\r\n");
        return true;
    }

    private static void WriteName(string name, ReadOnlySpan<char> text, MessageBuffer output)
    {
        output.WriteAscii(name);
        output.WriteAscii(text.IsEmpty ? ":" : ": ");
    }

    private static void WriteFolded(ReadOnlySpan<char> text, int column, MessageBuffer output)
    {
        while (column + text.Length > FoldAt)
        {
            var fold = FoldPoint(text, FoldAt - column);
            if (fold < 0)
            {
                break;
            }

            output.WriteAscii(text[..fold]);
            output.WriteAscii("\r\n");
            text = text[fold..];
            column = 0;
        }

        output.WriteAscii(text);
    }

    /// <summary>The last place at or before the limit, else the first after it, where a word is followed by one blank.</summary>
    private static int FoldPoint(ReadOnlySpan<char> text, int limit)
    {
        var found = -1;
        for (var i = 1; i < text.Length; i++)
        {
            if (i > limit && found >= 0)
            {
                break;
            }

            // Never at one of several blanks: a line of blanks alone would end the header for some readers, and others
            // make one blank of a fold and all the blanks around it.
            if (text[i] == ' ' && text[i - 1] != ' ' && (i + 1 == text.Length || text[i + 1] != ' '))
            {
                found = i;
            }
        }

        return found;
    }

    private static bool CanFold(ReadOnlySpan<char> text)
    {
        while (text.Length > LongestWord)
        {
            var fold = FoldPoint(text, 0);
            if (fold is < 0 or > LongestWord)
            {
                return false;
            }

            text = text[fold..];
        }

        return true;
    }
}
