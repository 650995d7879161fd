using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>A file's name as a reader may see it: no path, no control characters (RFC 2183 §2.3, §5).</summary>
internal static class FileName
{
    private const int Longest = 255;

    /// <summary>The last component, control characters replaced, at most 255 characters with the extension kept.</summary>
    public static string Clean(string name)
    {
        var last = name.AsSpan(name.AsSpan().LastIndexOfAny('/', '\\') + 1).Trim();
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes()) // lone surrogates become U+FFFD
        {
            clean.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? "_" : rune.ToString());
        }

        var text = clean.ToString();
        if (text.Length > Longest)
        {
            var extension = System.IO.Path.GetExtension(text);
            extension = extension.Length > 16 ? "" : extension;
            var cut = Longest - extension.Length;
            text = string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut), extension);
        }

        return text is "" or "." or ".." ? "attachment" : text;
    }

    /// <summary>The nearest name in ASCII.</summary>
    public static string AsciiOf(string name)
    {
        var ascii = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            ascii.Append(rune.Value is >= ' ' and <= '~' and not ('"' or '\\' or '?') ? (char)rune.Value : '_');
        }

        return ascii.ToString();
    }
}
