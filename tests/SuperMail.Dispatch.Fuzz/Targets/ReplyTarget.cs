using System.Text;
using SuperMail.Dispatch.Smtp;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>The reply parser, against a second reading by the plainest means, and against itself byte by byte.</summary>
internal sealed class ReplyTarget : FuzzTarget
{
    private const int MaxLine = 4096;
    private const int MaxReply = 64 * 1024;
    private const int MaxLines = 128;

    public override string Name => "reply";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "220 relay.test ESMTP\r\n", "250-relay.test\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 DSN\r\n", "250\r\n", "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go\r\n",
        "550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n", "421 4.3.2 bye\r\n", "250 ok\n", "250-a\r\n550 b\r\n", "999 x\r\n", "25 0\r\n", "250\tx\r\n", "\r\n", "-250 x\r\n",
        "554 5.7.1 <x@y>: Relay access denied\r\n", "334 VXNlcm5hbWU6\r\n", "250 4.0.0 odd\r\n", "250-", "2",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
        ["250", "250 ", "250-", "550 5.1.1 ", "421 ", "354 ", "\r\n", "5.7.1", "2.0.0 ", "\r\n250 ok\r\n", "\r\r\n", "000 ", "199 ", "600 "];

    // Each input is read three times, and an octet of text becomes a character of two.
    public override long AllowedOperations(int length) => 16_384 + (400L * length);

    public override bool Run(string input)
    {
        var bytes = Encoding.Latin1.GetBytes(input);
        var expected = Model(bytes);
        Require(Read(bytes, bytes.Length).SequenceEqual(expected), "the parser reads something else than its model");
        Require(Read(bytes, 1).SequenceEqual(expected), "byte by byte something else is read than at once");
        Require(Read(bytes, 7).SequenceEqual(expected), "in pieces something else is read than at once");
        return expected is [.., not "garbage"];
    }

    private static List<string> Read(byte[] bytes, int step)
    {
        var parser = new ReplyParser();
        var read = new List<string>();
        var head = 0;
        long looked = 0;
        try
        {
            for (var tail = 0; tail < bytes.Length;)
            {
                tail = Math.Min(tail + step, bytes.Length);
                while (true)
                {
                    ReadOnlySpan<byte> rest = bytes.AsSpan(head, tail - head);
                    looked += rest.Length;
                    var whole = parser.TryParse(ref rest, keepText: true, out var reply);
                    head = tail - rest.Length;
                    if (!whole)
                    {
                        break;
                    }

                    Require(Verdicts.Clean(reply.Text) is not { } text || !text.Any(char.IsControl), "a cleaned text holds a control character");
                    read.Add($"{reply.Code} {reply.Enhanced} {reply.Text}");
                }
            }
        }
        catch (WireException)
        {
            read.Add("garbage");
        }

        // However it is cut, an octet is looked at no more often than a line may be long.
        Require(looked <= (long)bytes.Length * (step == bytes.Length ? read.Count + 1 : MaxLine + 1), "octets are looked at too often");
        return read;
    }

    private static List<string> Model(byte[] bytes)
    {
        var read = new List<string>();
        var (lines, octets, code) = (new List<string>(), 0, "");
        EnhancedStatusCode enhanced = default;
        for (var i = 0; i < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', i);
            if ((end < 0 ? bytes.Length : end) - i >= MaxLine)
            {
                read.Add("garbage");
                return read;
            }

            if (end < 0)
            {
                return read;
            }

            var line = bytes[i..(end > i && bytes[end - 1] == '\r' ? end - 1 : end)];
            i = end + 1;
            octets += line.Length + 2;
            if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])
                || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-'))
                || (lines.Count > 0 && Encoding.ASCII.GetString(line, 0, 3) != code) || lines.Count == MaxLines || octets > MaxReply)
            {
                read.Add("garbage");
                return read;
            }

            code = Encoding.ASCII.GetString(line, 0, 3);
            ReadOnlySpan<byte> text = line.Length > 4 ? line.AsSpan(4) : default;
            var own = ReplyLine.TakeEnhanced(int.Parse(code, null), ref text);
            enhanced = lines.Count == 0 ? own : enhanced;
            lines.Add(Encoding.UTF8.GetString(text));
            if (line.Length == 3 || line[3] == ' ')
            {
                read.Add($"{code} {enhanced} {string.Join('\n', lines)}");
                (lines, octets) = ([], 0);
            }
        }

        return read;
    }
}
