namespace SuperMail.Dispatch;

/// <summary>What a row of digits means: a country code and a national number without its trunk prefix.</summary>
internal readonly ref struct NumberReading
{
    // ITU-T E.164 §6.1.
    private const int MaxDigits = 15;

    // The shortest mobile numbers with their country code: Tokelau's, +690 and four digits.
    private const int MinDigits = 7;

    private readonly int _code;
    private readonly ReadOnlySpan<char> _national;

    private NumberReading(int code, ReadOnlySpan<char> national)
    {
        _code = code;
        _national = national;
    }

    /// <summary>Country code and national number as one number.</summary>
    public ulong Value
    {
        get
        {
            var value = (ulong)_code;
            foreach (var digit in _national)
            {
                value = (value * 10) + (ulong)(digit - '0');
            }

            return value;
        }
    }

    /// <summary>Reads digits; gives the broken rule, or null.</summary>
    /// <param name="digits">ASCII digits.</param>
    /// <param name="hasPlus">True when a plus stood before them.</param>
    /// <param name="zeroAt">Where <c>(0)</c> stood among them, or -1.</param>
    /// <param name="home">The default country code, 0 for none.</param>
    /// <param name="reading">What they mean.</param>
    public static string? Read(ReadOnlySpan<char> digits, bool hasPlus, int zeroAt, int home, out NumberReading reading)
    {
        reading = default;
        var prefix = hasPlus ? 0 : InternationalPrefix(digits, home);
        var code = prefix >= 0 ? NumberingPlans.CodeAtStart(digits[prefix..]) : home;
        if (NumberingPlans.Of(code) is not { } plan)
        {
            return prefix >= 0 ? PhoneRules.UnassignedNumber : PhoneRules.NoCountryCode;
        }

        var national = prefix >= 0
            ? International(digits[prefix..], code, plan, zeroAt - prefix)
            : AtHome(digits, code, plan);
        reading = new NumberReading(code, national);
        var length = NumberingPlans.LengthOf(code) + national.Length;
        return length > MaxDigits ? PhoneRules.TooLong
            : plan.HoldsTwo(national.Length) ? PhoneRules.TwoNumbers
            : length < MinDigits ? PhoneRules.TooShort
            : null;
    }

    /// <summary>Digits of the prefix that says "a country code follows", -1 for none.</summary>
    private static int InternationalPrefix(ReadOnlySpan<char> digits, int home)
    {
        // The country's own first: Australia's 0011 begins with everybody's 00.
        var own = NumberingPlans.Of(home)?.InternationalPrefix ?? "";
        return own.Length > 0 && digits.StartsWith(own, StringComparison.Ordinal) ? own.Length
            : digits.StartsWith("00", StringComparison.Ordinal) ? 2
            : -1;
    }

    private static ReadOnlySpan<char> International(ReadOnlySpan<char> digits, int code, NumberingPlan plan, int zeroAt)
    {
        var length = NumberingPlans.LengthOf(code);
        var national = digits[length..];

        if (zeroAt == length && plan.DropsZero(national.Length))
        {
            national = national[1..];
        }

        return plan.WithoutTrunk(national);
    }

    private static ReadOnlySpan<char> AtHome(ReadOnlySpan<char> digits, int code, NumberingPlan plan)
    {
        var national = plan.WithoutTrunk(digits);
        if (national.Length == digits.Length && NumberingPlans.CodeAtStart(digits) == code && !(plan.CodeMayBegin && plan.Fits(digits.Length)))
        {
            // The country code without a plus, as spreadsheets leave it: only when this fits and nothing else does.
            var rest = plan.WithoutTrunk(digits[NumberingPlans.LengthOf(code)..]);
            if (plan.Fits(rest.Length))
            {
                return rest;
            }
        }

        return national;
    }
}
