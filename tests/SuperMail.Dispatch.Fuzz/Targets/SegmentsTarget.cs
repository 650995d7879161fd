using System.Text;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>Texts cut into segments: together they are the text, none is too long, no character is cut in two.</summary>
internal sealed class SegmentsTarget : FuzzTarget
{
    private const int MostOctets = 140;

    public override string Name => "segments";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "Hello", "", new string('a', 160), new string('a', 161), new string('a', 306), new string('€', 80), "a" + new string('€', 80), new string('æ', 153) + "€", new string('中', 70),
        new string('中', 71), string.Concat(Enumerable.Repeat("\ud83d\ude00", 40)), "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66", string.Concat(Enumerable.Repeat("e\u0301", 60)),
        "e" + new string('\u0301', 200), "Zażółć gęślą jaźń", "“Quoted” – and…", "{[~]}\\|^", "line\r\nline", "ΔΦΓΛΩΠΨΣΘΞ",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
        ["€", "{", "}", "[", "]", "~", "\\", "|", "^", "\f", "@", "£", "Δ", "中", "\ud83d\ude00", "\u200d", "\ufe0f", "\u0301", "\ud83c\uddf3\ud83c\uddf4", "’", "–", "\u00a0", "aaaaaaaaaaaaaaaaaaaa"];

    public override long AllowedOperations(int length) => 8_192 + (64L * length);

    public override bool Run(string input)
    {
        var asGsm = SmsSegments.TryCount(input, SmsEncoding.Gsm7, out var gsm, out var error);
        Require(asGsm == (error is null), "a refusal says no rule, or a rule refuses nothing");
        Check(input, SmsSegments.Count(input));
        Check(input, SmsSegments.Count(input, SmsEncoding.Ucs2));
        Require(SmsSegments.Count(input).Encoding == (asGsm ? SmsEncoding.Gsm7 : SmsEncoding.Ucs2), "the encoding is not the shorter one that holds every character");
        if (asGsm)
        {
            Check(input, gsm);
        }

        return asGsm;
    }

    private static void Check(string text, SmsSegmentCount count)
    {
        var segments = SmsSegments.Split(text, count.Encoding);
        Require(segments.Count == count.Segments, "it is counted otherwise than cut");
        Require(string.Concat(segments) == text, "the segments are not the text");
        var header = segments.Count > 1 ? 6 : 0;
        foreach (var segment in segments)
        {
            var octets = header + (count.Encoding == SmsEncoding.Ucs2 ? Encoding.BigEndianUnicode.GetByteCount(segment) : ((Septets(segment) * 7) + 7) / 8);
            Require(segment.Length > 0 && octets <= MostOctets, "a segment is empty or longer than the networks carry");
        }

        for (var i = 1; i < segments.Count; i++)
        {
            Require(!char.IsSurrogatePair(segments[i - 1][^1], segments[i][0]), "a character is cut in two");
        }
    }

    // By the tables of 3GPP TS 23.038 §6.2.1.1, written here once more: the extension table costs two.
    private static int Septets(string text) => text.Sum(static c => "\f^{}\\[~]|€".Contains(c, StringComparison.Ordinal) ? 2 : 1);
}
