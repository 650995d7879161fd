using System.Text;

namespace SuperMail.Dispatch;

/// <summary>
/// Puts characters of the GSM alphabet in place of look-alikes that it lacks, so that a curly quote does not halve what a
/// segment holds.
/// </summary>
/// <remarks>
/// Replaced are quotes, dashes, ellipsis, blanks, invisible marks, full-width forms, fractions and a few signs; letters
/// never: <c>á</c> is not <c>a</c>. A text that needs UCS-2 all the same keeps its characters.
/// </remarks>
public static class SmartEncoding
{
    /// <summary>Applies it to a text.</summary>
    /// <param name="text">The text as <see cref="SmsText.TryRead"/> gives it.</param>
    /// <exception cref="ArgumentException">The text is not well-formed Unicode, which <see cref="SmsText.TryRead"/> refuses.</exception>
    public static SmartEncodedText Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // e and a combining accent are two characters that GSM lacks, é is one that it has: Unicode calls them the same text.
        text = text.Normalize(NormalizationForm.FormC);
        var built = new StringBuilder(text.Length);
        var replaced = new Dictionary<Rune, SmartReplacement>();
        var foreign = new Dictionary<Rune, string>();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsBmp && GsmAlphabet.Contains((char)rune.Value))
            {
                built.Append((char)rune.Value);
            }
            else if (LookAlikes.Of(rune) is { } replacement)
            {
                Replace(rune, replacement, built, replaced);
            }
            else
            {
                foreign.TryAdd(rune, rune.ToString());
            }
        }

        // One foreign character makes all UCS-2, where the replacements would only make the text poorer.
        var sent = foreign.Count == 0 ? built.ToString() : text;
        return new SmartEncodedText(
            sent,
            foreign.Count == 0 ? [.. replaced.Values] : [],
            [.. foreign.Values],
            SmsSegments.Count(sent));
    }

    private static void Replace(Rune rune, string replacement, StringBuilder built, Dictionary<Rune, SmartReplacement> replaced)
    {
        // 1½ is not 11/2.
        if (replacement is [_, '/', _] && built.Length > 0 && char.IsAsciiDigit(built[^1]))
        {
            built.Append(' ');
        }

        built.Append(replacement);
        replaced[rune] = replaced.TryGetValue(rune, out var before)
            ? before with { Count = before.Count + 1 }
            : new SmartReplacement(rune.ToString(), replacement, 1);
    }
}
