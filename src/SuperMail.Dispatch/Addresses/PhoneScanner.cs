using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch;

/// <summary>Reads a written phone number as ASCII digits: what people and pasted pages put around them is dropped.</summary>
internal ref struct PhoneScanner
{
    /// <summary>Room for 15 digits behind an international prefix and a trunk prefix, each of up to four.</summary>
    public const int MaxDigits = 23;

    private readonly Span<char> _digits;

    /// <param name="digits">At least <see cref="MaxDigits"/> characters that the digits are written to.</param>
    public PhoneScanner(Span<char> digits)
    {
        _digits = digits;
        ZeroAt = -1;
    }

    public int Length { get; private set; }

    /// <summary>True when a plus stood before the digits.</summary>
    public bool HasPlus { get; private set; }

    /// <summary>Where among the digits the first <c>(0)</c> stood, -1 for none.</summary>
    public int ZeroAt { get; private set; }

    /// <summary>Reads the whole text.</summary>
    public bool Scan(ReadOnlySpan<char> text, [NotNullWhen(false)] out string? error)
    {
        var opened = -1;
        while (!text.IsEmpty)
        {
            // A lone surrogate reads as U+FFFD, which is refused like any other character.
            _ = Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            text = text[consumed..];
            switch (KindOf(rune, out var digit))
            {
                case Kind.Digit when Length == MaxDigits:
                    error = PhoneRules.TooLong;
                    return false;
                case Kind.Digit:
                    _digits[Length++] = (char)('0' + digit);
                    break;
                case Kind.Plus when HasPlus || Length > 0:
                    error = PhoneRules.Plus;
                    return false;
                case Kind.Plus:
                    HasPlus = true;
                    break;
                case Kind.Open:
                    opened = Length;
                    break;
                case Kind.Close:
                    // By digits, not by characters: blanks and marks may stand inside.
                    ZeroAt = ZeroAt < 0 && opened >= 0 && Length == opened + 1 && _digits[opened] == '0' ? opened : ZeroAt;
                    opened = -1;
                    break;
                case Kind.Refused:
                    error = PhoneRules.Character;
                    return false;
                default:
                    break;
            }
        }

        error = Length > 0 ? null : PhoneRules.NoDigits;
        return error is null;
    }

    private static Kind KindOf(Rune rune, out int digit)
    {
        digit = rune.Value - '0';
        if ((uint)digit <= 9)
        {
            return Kind.Digit;
        }

        switch (rune.Value)
        {
            case '+' or '\uFF0B':
                return Kind.Plus;
            case '(' or '\uFF08':
                return Kind.Open;
            case ')' or '\uFF09':
                return Kind.Close;
            case '.' or '/' or '\uFF0E' or '\uFF0F' or '\u2212': // the last is a minus sign
                return Kind.Dropped;
        }

        switch (Rune.GetUnicodeCategory(rune))
        {
            // Full-width, Arabic-Indic and any other script's: ITU-T E.164 knows ten digits, however they are drawn.
            case UnicodeCategory.DecimalDigitNumber:
                digit = (int)Rune.GetNumericValue(rune);
                return Kind.Digit;

            // Blanks (the no-break ones too), dashes, and what is not seen: bidirectional marks, zero-width joiners, BOM.
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.Format:
                return Kind.Dropped;

            // Line breaks and tabs are refused too: between digits they part two numbers.
            default:
                return Kind.Refused;
        }
    }

    private enum Kind
    {
        Digit,
        Plus,
        Open,
        Close,
        Dropped,
        Refused,
    }
}
