using System.Text;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>Texts that have broken mail software, mixed by a seeded generator.</summary>
internal static class HostileText
{
    private static readonly string[] Fragments =
    [
        "\r\n", "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "\r\nBcc: eve@evil.example\r\n\r\n", "\n.\n", "\r\n.\r\nMAIL FROM:<x>\r\n",
        ".", "..", "From ", "\nFrom bob", " ", "  ", "\t", " \r\n", "\t\n", "=", "=\r\n", "=20", "=?utf-8?Q?x?=", "=?utf-8?B?4pyT?= =?", "_",
        "--=_0193500000007000800000000000abcd_1", "--=_0193500000007000800000000000abcd_1--", "\0", "\a", "\u001b[31m", "\u007f", "\v\f",
        "\uD800", "\uDC00", "\uD83D", "x\uDC00y\uD83D", "\uFFFD", "\uFFFF", "\u0085", "\u2028", "\u2029", "\u00A0", "\u200B", "\u202E", "\u200F", "\uFEFF",
        "😀", "👨‍👩‍👧‍👦", "e\u0301", "é", "ß", "Ωμέγα", "Привет", "你好世界", "日本語テキスト", "한국어", "שלום", "مرحبا", "ไทย", "हिन्दी",
        "\"", "\\", "\\\"", "\"a \\\"b\\\" c\"", "\"\"\"", "'", "<", ">", "&", "&amp;", "<script>alert(1)</script>", "\"><img src=x onerror=y>", "javascript:alert(1)",
        "(", ")", ",", ";", ":", "@", "<eve@evil.example>", ", eve@evil.example", "{{Name}}", "[[x]]", "%0d%0a", "{", "a", "Bob", "O'Brien", "word", "12345",
        "The quick brown fox jumps over the lazy dog",
    ];

    public static string Make(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(0, 8); count > 0; count--)
        {
            text.Append(Fragments[random.Next(Fragments.Length)]);
        }

        return random.Next(40) switch
        {
            0 => text + new string('x', 10_000),
            1 => text + string.Concat(Enumerable.Repeat("é", 3000)),
            2 => text + string.Concat(Enumerable.Repeat("lorem ipsum ", 200)) + text,
            3 => text + string.Concat(Enumerable.Repeat("😀", 500)),
            4 => text + new string(' ', 1200) + text,
            _ => text.ToString(),
        };
    }
}
