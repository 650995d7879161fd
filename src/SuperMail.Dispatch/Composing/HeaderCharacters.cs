using System.Buffers;

namespace SuperMail.Dispatch.Composing;

/// <summary>The character classes of header fields (RFC 5322 §2.2, §3.2.3; RFC 2047 §5).</summary>
internal static class HeaderCharacters
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> Printable = SearchValues.Create(Alphanumeric + " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

    private static readonly SearchValues<char> Atoms = SearchValues.Create(Alphanumeric + "!#$%&'*+-/=?^_`{|}~ ");

    // RFC 2047 §5 (3): what an encoded-word in a phrase may hold as itself.
    private static readonly SearchValues<char> WordSafe = SearchValues.Create(Alphanumeric + "!*+-/");

    private static readonly SearchValues<char> Token = SearchValues.Create(Alphanumeric + "!#$%&'*+-.^_`{|}~");

    private static readonly SearchValues<char> FieldName = SearchValues.Create(Alphanumeric + "-");

    public static bool HoldsControl(string text) => text.Any(static c => char.IsControl(c) || IsLineBreak(c));

    /// <summary>What some reader takes for the end of a line (CR, LF, VT, FF, NEL, LS, PS).</summary>
    public static bool IsLineBreak(char c) => c is '\r' or '\n' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029';

    public static bool IsPrintable(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Printable);

    public static bool IsAtoms(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Atoms);

    public static bool IsWordSafe(char c) => WordSafe.Contains(c);

    /// <summary>RFC 2045 §5.1: a media type, a subtype, a parameter's name.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>RFC 5322 §3.6.8 takes more; letters, digits and hyphens are what every reader takes.</summary>
    public static bool IsFieldName(ReadOnlySpan<char> text) => text.Length is > 0 and <= 60 && !text.ContainsAnyExcept(FieldName);
}
