using System.Buffers;
using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch;

/// <summary>Scans the local part at the head of an address, once, left to right (RFC 5321 §4.1.2, RFC 6531 §3.3).</summary>
internal static class LocalPartScanner
{
    private const int MaxOctets = 64;

    // RFC 5322 §3.2.3: atext, with the dots between.
    private static readonly SearchValues<char> AtomTextAndDot = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Where the local part ends (the index of its '@'), or -1 with the rule that is broken.</summary>
    public static int Scan(ReadOnlySpan<char> text, out bool isAscii, out string? error)
    {
        isAscii = true;
        var end = text[0] == '"' ? ScanQuoted(text, out error) : ScanDotAtom(text, out error);
        if (end < 0)
        {
            return -1;
        }

        var local = text[..end];
        isAscii = Ascii.IsValid(local);
        if ((isAscii ? end : Encoding.UTF8.GetByteCount(local)) > MaxOctets)
        {
            error = AddressRules.LocalPartTooLong;
            return -1;
        }

        if (HoldsEncodedWord(local))
        {
            error = AddressRules.EncodedWord;
            return -1;
        }

        return end;
    }

    // '=' and '?' are atext, so an encoded-word is a valid dot-atom; a reader of headers would decode it.
    private static bool HoldsEncodedWord(ReadOnlySpan<char> local)
    {
        var start = local.IndexOf("=?");
        if (start < 0)
        {
            return false;
        }

        var inside = local[(start + 2)..];
        var end = inside.LastIndexOf("?=");
        return end > 0 && inside[..end].Count('?') >= 2; // RFC 2047 §2: charset ? encoding ? text
    }

    private static int ScanDotAtom(ReadOnlySpan<char> text, out string? error)
    {
        var i = 0;
        while (true)
        {
            var run = text[i..].IndexOfAnyExcept(AtomTextAndDot);
            if (run < 0)
            {
                error = AddressRules.NoAt;
                return -1;
            }

            i += run;
            if (text[i] == '@')
            {
                break;
            }

            if (!TryStep(text, ref i, AddressRules.LocalPartCharacter, out error))
            {
                return -1;
            }
        }

        var local = text[..i];
        error = i == 0 ? AddressRules.NoLocalPart
            : local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal) ? AddressRules.LocalPartDots
            : null;
        return error is null ? i : -1;
    }

    private static int ScanQuoted(ReadOnlySpan<char> text, out string? error)
    {
        for (var i = 1; i < text.Length;)
        {
            switch (text[i])
            {
                case '"' when i == 1:
                    error = AddressRules.NoLocalPart;
                    return -1;
                case '"':
                    error = i + 1 < text.Length && text[i + 1] == '@' ? null : AddressRules.LocalPartQuotes;
                    return error is null ? i + 1 : -1;
                case '\\' when i + 1 < text.Length && text[i + 1] is >= ' ' and <= '~':
                    i += 2; // RFC 5321 §4.1.2: quoted-pairSMTP
                    break;
                case >= ' ' and <= '~' and not '\\':
                    i++;
                    break;
                default:
                    if (!TryStep(text, ref i, AddressRules.LocalPartQuotes, out error))
                    {
                        return -1;
                    }

                    break;
            }
        }

        error = AddressRules.LocalPartQuotes;
        return -1;
    }

    /// <summary>Passes over one character beyond ASCII (RFC 6531 §3.3), or names the rule against it.</summary>
    private static bool TryStep(ReadOnlySpan<char> text, ref int i, string asciiRule, out string? error)
    {
        if (char.IsControl(text[i]))
        {
            error = AddressRules.Control;
            return false;
        }

        if (text[i] < 0x80)
        {
            error = asciiRule;
            return false;
        }

        if (Rune.DecodeFromUtf16(text[i..], out var rune, out var length) != OperationStatus.Done)
        {
            error = AddressRules.Surrogate;
            return false;
        }

        // Blanks and line separators beyond ASCII look like the end of an address to a reader, and to some parsers.
        error = Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? AddressRules.LocalPartCharacter
            : null;
        i += length;
        return error is null;
    }
}
