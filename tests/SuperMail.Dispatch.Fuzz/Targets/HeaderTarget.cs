using System.Text;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>The header encoder: whatever a value holds, it is one field, and reads back as what was meant.</summary>
internal sealed class HeaderTarget : FuzzTarget
{
    private static readonly EmailAddress s_bob = EmailAddress.Parse("bob@example.org");

    public override string Name => "header";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "Hello", "Hello, world and all who are in it, for it is a long line that has to be folded somewhere near its end", "Grüße aus Köln", "你好世界", "😀 👨‍👩‍👧‍👦",
        "x\r\nBcc: eve@evil.example", "x\r\n\r\nbody", "=?utf-8?Q?x?=", "a =?utf-8?B?4pyT?= b", "\"quoted\" <eve@evil.example>, ", "tab\there", "  blanks   in    rows  ",
        new('x', 1000), "lone \ud800 surrogate", "nul\0", "\u2028\u2029\u0085", "",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
        ["=?", "?=", "=?utf-8?Q?", "\r\n ", "\r\nX: y", "\r\n\r\n", "   ", " a", "_", "=20", "?", "\"", "\\", "<a@b>", "é", "漢字", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx "];

    public override long AllowedOperations(int length) => 300_000 + (400L * length);

    public override bool Run(string input)
    {
        using var buffer = new MessageBuffer();
        var builder = new HeaderTextBuilder(stackalloc char[256]);
        try
        {
            builder.Append(input);
            HeaderField.WriteUnstructured("X-Fuzz", builder.Text, buffer);
            var text = HeaderReading.Text(buffer, "X-Fuzz");
            Require(Ascii.IsValid(text), "octets above 127 stand in it");
            Require(HeaderReading.Decode(text) == Meant(input), "the field says something else");
        }
        finally
        {
            builder.Dispose();
        }

        return CheckName(input);
    }

    private static bool CheckName(string name)
    {
        using var buffer = new MessageBuffer();
        if (MailboxField.Write("To", name, s_bob, buffer) is not null)
        {
            Require(name.Length > HeaderField.LongestText, "a name is refused without need");
            return false;
        }

        var text = HeaderReading.Text(buffer, "To");
        if (Meant(name).Length == 0)
        {
            Require(text == s_bob.ToString(), "a name of blanks leaves a trace");
            return true;
        }

        Require(text.EndsWith(" <bob@example.org>", StringComparison.Ordinal), "the address is not the last word");
        var phrase = text[..^" <bob@example.org>".Length];
        if (phrase[0] == '"')
        {
            phrase = Unquote(phrase);
        }
        else
        {
            Require(!phrase.Any("\"(),:;<>@[]\\.".Contains), "the name holds what ends a phrase");
            phrase = HeaderReading.Decode(phrase);
        }

        Require(phrase == Meant(name), "the name says something else");
        return true;
    }

    private static string Unquote(string quoted)
    {
        var text = new StringBuilder();
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            Require(quoted[i] != '"', "a quote ends the name early");
            i += quoted[i] == '\\' ? 1 : 0;
            text.Append(quoted[i]);
        }

        Require(quoted[^1] == '"', "the quoted name has no end");
        return text.ToString();
    }

    /// <summary>What the field must say: line ends and tabs as blanks, controls and halves of pairs as U+FFFD.</summary>
    private static string Meant(string value)
    {
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)).Replace("\r\n", " ", StringComparison.Ordinal);
        return string.Concat(text.Select(static c =>
            c is '\r' or '\n' or '\t' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029' ? ' ' : char.IsControl(c) ? '\uFFFD' : c)).Trim(' ');
    }
}
