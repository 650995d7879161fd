using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch;

/// <summary>What may stand for a character that the GSM alphabet lacks.</summary>
internal static class LookAlikes
{
    // Full-width forms repeat ASCII from '!' to '~' (Unicode block Halfwidth and Fullwidth Forms).
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';

    /// <summary>Characters of the GSM alphabet, possibly none, or null where nothing stands for it.</summary>
    public static string? Of(Rune rune) => rune.Value switch
    {
        '\u2018' or '\u2019' or '\u201A' or '\u201B' or '\u2032' or '\u2035' or '\u2039' or '\u203A' => "'",
        '`' or '\uFF40' or '\u00B4' or '\u02B9' or '\u02BB' or '\u02BC' or '\u02BD' or '\u02C8' => "'",
        '\u201C' or '\u201D' or '\u201E' or '\u201F' or '\u2033' or '\u2036' or '\u02BA' or '«' or '»' => "\"",
        '\uFE0E' or '\uFE0F' => "", // text or emoji style of the character before
        '\u2212' or '\u2043' => "-",
        '…' => "...",
        '\u2028' or '\u2029' => "\n",
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '⅛' => "1/8",
        '⅜' => "3/8",
        '⅝' => "5/8",
        '⅞' => "7/8",
        '\u2044' or '\u2215' => "/",
        '\u2022' or '\u2217' => "*",
        '\u00B7' => ".",
        '\u00D7' => "x",
        '\u00A6' => "|",
        '\u02C6' => "^",
        '\u02DC' or '\u223C' => "~",
        '©' => "(C)",
        '®' => "(R)",
        '™' => "TM",
        '№' => "No",
        >= FirstFullWidth and <= LastFullWidth => ((char)(rune.Value - FirstFullWidth + '!')).ToString(),
        _ => ByCategory(rune),
    };

    private static string? ByCategory(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator => " ",
        UnicodeCategory.DashPunctuation => "-",
        UnicodeCategory.Format => "", // zero-width joiners, bidirectional marks, soft hyphen, BOM: none is seen
        _ => null,
    };
}
