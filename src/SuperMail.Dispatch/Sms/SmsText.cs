using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SuperMail.Dispatch;

/// <summary>What may be sent as the text of a message.</summary>
public static class SmsText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(static code => (char)code).Where(static control => control is not ('\n' or '\r'))]);

    /// <summary>
    /// Reads a text: CR LF and a lone CR become LF, which is one character of every alphabet. Refused are blank texts,
    /// control characters (U+0000 to U+001F) other than line breaks, lone surrogates, U+FFFE and U+FFFF.
    /// </summary>
    /// <param name="text">The text, merge fields filled in.</param>
    /// <param name="read">The text to send.</param>
    /// <param name="error">The broken rule, with the place and code of a character but without the text.</param>
    public static bool TryRead(
        string? text,
        [NotNullWhen(true)] out string? read,
        [NotNullWhen(false)] out string? error)
    {
        error = Fault(text);
        read = error is null ? text!.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : null;
        return error is null;
    }

    private static string? Fault(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "The text is empty or blank.";
        }

        var control = text.AsSpan().IndexOfAny(Controls);
        if (control >= 0)
        {
            return At("The text must not hold control characters other than line breaks", text, control);
        }

        // No text needs them, XML 1.0 §2.2 cannot carry them, and normalization throws on the first.
        var noCharacter = text.AsSpan().IndexOfAnyInRange('\uFFFE', '\uFFFF');
        if (noCharacter >= 0)
        {
            return At("The text must not hold what Unicode keeps from being a character", text, noCharacter);
        }

        var surrogate = LoneSurrogate(text);
        return surrogate < 0 ? null : At("The text is not well-formed Unicode: half of a surrogate pair stands alone", text, surrogate);
    }

    private static string At(string rule, string text, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{rule} (U+{(int)text[index]:X4} at character {index + 1}).");

    private static int LoneSurrogate(string text)
    {
        var index = 0;
        while (true)
        {
            var next = text.AsSpan(index).IndexOfAnyInRange('\uD800', '\uDFFF');
            if (next < 0)
            {
                return -1;
            }

            index += next;
            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
            {
                return index;
            }

            index += 2;
        }
    }
}
