using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SuperMail.Dispatch;

/// <summary>A country calling code, such as 44: one to three digits that are assigned (ITU-T E.164 §6.2).</summary>
/// <remarks>The default value is no code: its <see cref="Value"/> is 0.</remarks>
public readonly record struct CountryCode
{
    private readonly ushort _value;

    internal CountryCode(int value) => _value = (ushort)value;

    /// <summary>The code as a number, 1 to 999.</summary>
    public int Value => _value;

    /// <summary>Parses <c>+44</c>, <c>44</c> or <c>0044</c>; blanks around are ignored.</summary>
    /// <exception cref="FormatException">It is no assigned country code; the message says why.</exception>
    public static CountryCode Parse(string text) =>
        TryParse(text, out var code, out var error) ? code : throw new FormatException(error);

    /// <summary>Parses <c>+44</c>, <c>44</c> or <c>0044</c>; <paramref name="error"/> says which rule was broken.</summary>
    public static bool TryParse(string? text, out CountryCode code, [NotNullWhen(false)] out string? error)
    {
        code = default;
        var digits = text.AsSpan().Trim();
        digits = digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : digits.StartsWith('+') ? digits[1..] : digits;
        if (digits.Length is < 1 or > 3 || digits.ContainsAnyExceptInRange('0', '9'))
        {
            error = PhoneRules.CountryCode;
            return false;
        }

        var value = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (NumberingPlans.Of(value) is null || digits[0] == '0')
        {
            error = PhoneRules.UnassignedCode;
            return false;
        }

        code = new CountryCode(value);
        error = null;
        return true;
    }

    /// <summary>The code with a plus, <c>+44</c>; empty for the default value.</summary>
    public override string ToString() => _value == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+{_value}");
}
