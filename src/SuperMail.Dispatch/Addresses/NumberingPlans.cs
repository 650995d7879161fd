namespace SuperMail.Dispatch;

/// <summary>Finds the plan of a country code.</summary>
internal static class NumberingPlans
{
    // ITU-T E.164 §6.2: a country code has one to three digits, so that all of them index an array.
    private static readonly NumberingPlan?[] ByCode = Index();

    /// <summary>The plan, or null for a code that is not assigned.</summary>
    public static NumberingPlan? Of(int code) => (uint)code < (uint)ByCode.Length ? ByCode[code] : null;

    /// <summary>The country code at the start of an international number, 0 for none: no code begins another.</summary>
    public static int CodeAtStart(ReadOnlySpan<char> digits)
    {
        var code = 0;
        for (var i = 0; i < Math.Min(3, digits.Length) && (code > 0 || digits[i] != '0'); i++)
        {
            code = (code * 10) + (digits[i] - '0');
            if (ByCode[code] is not null)
            {
                return code;
            }
        }

        return 0;
    }

    /// <summary>Digits of a country code.</summary>
    public static int LengthOf(int code) => code < 10 ? 1 : code < 100 ? 2 : 3;

    private static NumberingPlan?[] Index()
    {
        var byCode = new NumberingPlan?[1000];
        foreach (var plan in NumberingTable.Plans)
        {
            foreach (var code in plan.Codes)
            {
                byCode[code] = plan;
            }
        }

        return byCode;
    }
}
