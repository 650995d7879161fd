using System.Buffers;

namespace SuperMail.Dispatch;

/// <summary>The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1), without national tables.</summary>
internal static class GsmAlphabet
{
    // The escape itself (1B) is no character: in a text it would take the next one for an extension.
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extension = "\f^{}\\[~]|€";

    private static readonly SearchValues<char> All = SearchValues.Create(Basic + Extension);
    private static readonly SearchValues<char> Escaped = SearchValues.Create(Extension);

    public static bool Contains(char character) => All.Contains(character);

    /// <summary>Where the first character stands that the alphabet does not have, or -1.</summary>
    public static int IndexOfForeign(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(All);

    /// <summary>Septets of a character that the alphabet has: an escape precedes those of the extension table.</summary>
    public static int SeptetsOf(char character) => Escaped.Contains(character) ? 2 : 1;

    /// <summary>Septets of a text that holds characters of the alphabet only.</summary>
    public static int SeptetsOf(ReadOnlySpan<char> text)
    {
        var septets = text.Length;
        for (int at; (at = text.IndexOfAny(Escaped)) >= 0; text = text[(at + 1)..])
        {
            septets++;
        }

        return septets;
    }
}
