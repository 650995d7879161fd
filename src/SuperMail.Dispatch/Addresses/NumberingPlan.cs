using System.Numerics;

namespace SuperMail.Dispatch;

/// <summary>How numbers are written and dialled under one or more country codes (ITU-T E.164, E.129).</summary>
internal sealed class NumberingPlan
{
    private readonly string[] _trunks;
    private readonly bool _trunkMayBegin;

    // A bit for each length that a mobile number may have.
    private readonly int _lengths;

    /// <param name="trunks">What is dialled before a national number and is no part of it, longest first.</param>
    /// <param name="trunkMayBegin">True when some mobile or fixed line's number begins with a trunk prefix's first digit, or with 0 where there are none.</param>
    /// <param name="codeMayBegin">True when some mobile number begins with the digits of its country code.</param>
    /// <param name="internationalPrefix">What is dialled before a country code besides 00, or empty.</param>
    /// <param name="lengths">Digits of a mobile number without its country code.</param>
    /// <param name="codes">The country codes.</param>
    public NumberingPlan(string[] trunks, bool trunkMayBegin, bool codeMayBegin, string internationalPrefix, int[] lengths, int[] codes)
    {
        (_trunks, _trunkMayBegin) = (trunks, trunkMayBegin);
        (CodeMayBegin, InternationalPrefix, Codes) = (codeMayBegin, internationalPrefix, codes);
        foreach (var length in lengths)
        {
            _lengths |= 1 << length;
        }
    }

    public bool CodeMayBegin { get; }

    public string InternationalPrefix { get; }

    public IReadOnlyList<int> Codes { get; }

    private int Shortest => BitOperations.TrailingZeroCount(_lengths);

    private int Longest => BitOperations.Log2((uint)_lengths);

    /// <summary>True when a mobile number may have this length.</summary>
    public bool Fits(int length) => length < 32 && (_lengths >> length & 1) != 0;

    /// <summary>True when two numbers may stand here: no plan grew its numbers to twice their length.</summary>
    public bool HoldsTwo(int length) => length > Longest && length >= 2 * Shortest;

    /// <summary>True when <c>(0)</c> before a number of this length, itself counted, is no part of it.</summary>
    /// <remarks>Who writes it means "0 at home". Where numbers keep a 0 of their own (Ivory Coast) the length tells.</remarks>
    public bool DropsZero(int length) => !_trunkMayBegin || !Fits(length) || Fits(length - 1);

    /// <summary>The number without its trunk prefix, or prefixes: people write <c>(0)07…</c>, and what was read once must be read as itself again.</summary>
    public ReadOnlySpan<char> WithoutTrunk(ReadOnlySpan<char> number)
    {
        while (TrunkLength(number) is > 0 and var trunk)
        {
            number = number[trunk..];
        }

        return number;
    }

    /// <summary>How many digits of a trunk prefix stand before the number, 0 when it has none.</summary>
    private int TrunkLength(ReadOnlySpan<char> number)
    {
        var sure = 0;
        foreach (var trunk in _trunks)
        {
            if (!number.StartsWith(trunk, StringComparison.Ordinal))
            {
                continue;
            }

            if (Fits(number.Length - trunk.Length))
            {
                return trunk.Length;
            }

            // The length is strange, perhaps a fixed line's; where no number begins so, the prefix is one all the same.
            sure = _trunkMayBegin || sure > 0 ? sure : trunk.Length;
        }

        return sure;
    }
}
