using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SuperMail.Dispatch;

/// <summary>One phone number in its international form (ITU-T E.164): parsed once, trusted from there on.</summary>
/// <remarks>
/// Taken: <c>+44 7700 900123</c>, <c>0044…</c>, and <c>07700 900123</c> with a default country code; blanks,
/// <c>- . / ( )</c>, invisible marks and digits of any script. Refused: letters, extensions, two numbers, an unassigned
/// country code, fewer than 7 or more than 15 digits. Whether the number is assigned, and a mobile's, is not checked.
/// The default value is no number: its <see cref="Digits"/> are empty.
/// </remarks>
public readonly record struct PhoneNumber
{
    // 15 digits fit and none begins with 0, so that a number is eight octets, and a set of a million holds no text.
    private readonly ulong _value;

    private PhoneNumber(ulong value) => _value = value;

    /// <summary>Country code and national number without plus, 7 to 15 ASCII digits: <c>447700900123</c>.</summary>
    public string Digits => _value == 0 ? "" : _value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The country code that the number begins with.</summary>
    public CountryCode CountryCode => new(NumberingPlans.CodeAtStart(Digits));

    /// <summary>Parses one number.</summary>
    /// <param name="text">The number as it was written.</param>
    /// <param name="defaultCountry">The country of a number that is written without one.</param>
    /// <exception cref="FormatException">It is not one phone number; the message says why and does not repeat the value.</exception>
    public static PhoneNumber Parse(string text, CountryCode? defaultCountry = null) =>
        TryParse(text, defaultCountry, out var number, out var error) ? number : throw new FormatException(error);

    /// <summary>Parses one number; <paramref name="error"/> says which rule was broken, without repeating the value.</summary>
    /// <param name="text">The number as it was written.</param>
    /// <param name="defaultCountry">The country of a number that is written without one; null refuses such numbers.</param>
    /// <param name="number">The number, or the default value.</param>
    /// <param name="error">The broken rule.</param>
    public static bool TryParse(
        string? text,
        CountryCode? defaultCountry,
        out PhoneNumber number,
        [NotNullWhen(false)] out string? error)
    {
        number = default;
        var written = text.AsSpan().Trim();
        if (written.IsEmpty)
        {
            error = PhoneRules.Missing;
            return false;
        }

        Span<char> room = stackalloc char[PhoneScanner.MaxDigits];
        var scanner = new PhoneScanner(room);
        if (!scanner.Scan(written, out error))
        {
            return false;
        }

        var home = defaultCountry?.Value ?? 0;
        error = NumberReading.Read(room[..scanner.Length], scanner.HasPlus, scanner.ZeroAt, home, out var reading);
        if (error is not null)
        {
            return false;
        }

        number = new PhoneNumber(reading.Value);
        return true;
    }

    /// <summary>The number as E.164 writes it, <c>+447700900123</c>; empty for the default value.</summary>
    public override string ToString() =>
        _value == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+{_value}");
}
