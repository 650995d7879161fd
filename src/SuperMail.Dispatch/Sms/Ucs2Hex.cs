using System.Text;

namespace SuperMail.Dispatch;

/// <summary>A text as gateways take UCS-2 in places that hold ASCII only: four hexadecimal digits a UTF-16 unit, high octet first.</summary>
public static class Ucs2Hex
{
    // The plain encoding writes U+FFFD for half a surrogate pair: a text would be altered in silence.
    private static readonly UnicodeEncoding Strict = new(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>The upper-case hexadecimal digits: <c>00480069</c> for <c>Hi</c>.</summary>
    /// <exception cref="ArgumentException">The text holds half a surrogate pair; <see cref="SmsText.TryRead"/> refuses such texts.</exception>
    public static string Encode(string text) => Convert.ToHexString(Strict.GetBytes(text));
}
