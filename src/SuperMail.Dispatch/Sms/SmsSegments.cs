using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SuperMail.Dispatch;

/// <summary>Divides texts into the segments that the networks carry (3GPP TS 23.040 §9.2.3.24.1).</summary>
/// <remarks>
/// Segments are filled in order. An escaped character or a surrogate pair never straddles two, and a grapheme cluster,
/// such as an emoji of several parts, is kept whole where a segment can hold it: the count can be higher than the units
/// divided by what a segment holds. A provider may divide otherwise within these limits.
/// </remarks>
public static class SmsSegments
{
    /// <summary>Counts the segments of a text.</summary>
    /// <exception cref="ArgumentException"><paramref name="encoding"/> is GSM 7-bit and lacks a character of the text, or is no encoding.</exception>
    public static SmsSegmentCount Count(string text, SmsEncoding encoding = SmsEncoding.Auto) =>
        TryCount(text, encoding, out var count, out var error) ? count : throw new ArgumentException(error, nameof(text));

    /// <summary>Counts the segments of a text; false when GSM 7-bit is demanded and lacks one of its characters.</summary>
    /// <param name="text">The text as <see cref="SmsText.TryRead"/> gives it.</param>
    /// <param name="encoding">The encoding to use.</param>
    /// <param name="count">The segments.</param>
    /// <param name="error">The broken rule, with the place and code of the character.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="encoding"/> is no encoding.</exception>
    public static bool TryCount(string text, SmsEncoding encoding, out SmsSegmentCount count, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        count = default;
        error = Resolve(text, ref encoding);
        if (error is not null)
        {
            return false;
        }

        var packer = new SegmentPacker(text, encoding);
        var segments = 0;
        while (packer.MoveNext())
        {
            segments++;
        }

        count = new SmsSegmentCount(encoding, packer.Units, segments, packer.Room);
        return true;
    }

    /// <summary>The text of each segment, in order; together they are the text.</summary>
    /// <exception cref="ArgumentException"><paramref name="encoding"/> is GSM 7-bit and lacks a character of the text, or is no encoding.</exception>
    public static IReadOnlyList<string> Split(string text, SmsEncoding encoding = SmsEncoding.Auto)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Resolve(text, ref encoding) is { } error)
        {
            throw new ArgumentException(error, nameof(text));
        }

        var segments = new List<string>();
        var packer = new SegmentPacker(text, encoding);
        while (packer.MoveNext())
        {
            segments.Add(packer.Current.ToString());
        }

        return segments;
    }

    private static string? Resolve(string text, ref SmsEncoding encoding)
    {
        switch (encoding)
        {
            case SmsEncoding.Ucs2:
                return null;
            case SmsEncoding.Auto:
                encoding = GsmAlphabet.IndexOfForeign(text) < 0 ? SmsEncoding.Gsm7 : SmsEncoding.Ucs2;
                return null;
            case SmsEncoding.Gsm7:
                var foreign = GsmAlphabet.IndexOfForeign(text);
                return foreign < 0 ? null : string.Create(
                    CultureInfo.InvariantCulture,
                    $"The GSM 7-bit alphabet lacks a character of the text (U+{(int)text[foreign]:X4} at character {foreign + 1}): use UCS-2, or smart encoding.");
            default:
                throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "An encoding must be Auto, Gsm7 or Ucs2.");
        }
    }
}
