using System.Reflection;
using System.Text;
using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Smtp;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>The address parser: what it takes stands in one command and one header field and is read back as itself.</summary>
internal sealed class AddressTarget : FuzzTarget
{
    private const int Room = 4096;

    private static readonly HashSet<string> s_rules = [.. typeof(AddressRules)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!)];

    public override string Name => "address";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "bob@example.org", "o'brien+tag@mail.example.co.uk", "\"a b\"@example.org", "\"a@x y\"@example.org", "\"a\\\"b\"@example.org", "jörg@bücher.example",
        "用户@例子.广告", "x@[192.0.2.1]", "x@[IPv6:2001:db8::1]", "a@xn--bcher-kva.example", "=?utf-8?Q?x?=@example.org", "@a,@b:c@d.example",
        "bob@example.org\r\nRCPT TO:<eve@evil.example>", "\"bob\r\nDATA\"@example.org", "bob@example.org> ORCPT=rfc822;eve@evil.example", "<bob@example.org>",
        "Bob <bob@example.org>", "bob@x.com, eve@y.com", "(c)bob@x.com", "bob@x.com\0", "a.@x.com", ".a@x.com", "a..b@x.com", "bob@x..com", "bob@-x.com", "bob@1.2.3.4", "bob@example.org.",
        "ℬob@example.org", "bob@ｅxample.org", "bob@exam\u00ADple.org", "\u202Ebob@example.org",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        "@", "\"", "\\\"", "\\", ".", "..", "xn--", "xn--a", "[", "]", "[IPv6:", "::1", "127.0.0.1", "example", ".org", "=?", "?=", "> SIZE=1", "\r\nQUIT\r\n",
        "ü", "例", "。", "．", "｡", "\u200d", "\u00ad", "@x y", "(", ")", ",",
    ];

    public override long AllowedOperations(int length) => 300_000; // pooled buffers; an address itself has at most 254 octets

    public override bool Run(string input)
    {
        if (!EmailAddress.TryParse(input, out var address, out var error))
        {
            Require(s_rules.Contains(error), "a refusal is no rule of the list, so that it may repeat the value");
            return false;
        }

        Require(Encoding.UTF8.GetByteCount(address.ToString()) <= 254 && Encoding.UTF8.GetByteCount(address.LocalPart) <= 64, "it is longer than allowed");
        var again = EmailAddress.TryParse(address.ToString(), out var second, out _) ? second : null;
        Require(again is not null && again.ToString() == address.ToString() && again.Equals(address), "its text is not read back as itself");
        Require(CommandWriter.IsSafe(address), "the command writer would refuse it");
        CheckCommand(address);
        CheckHeader(address);
        return true;
    }

    private static void CheckCommand(EmailAddress address)
    {
        using var flight = new Flight(null!, TimeSpan.Zero);
        var room = flight.Reserve(Room);
        CommandWriter.Rcpt(flight, address, DsnNotify.Never);
        var line = Encoding.UTF8.GetString(room[..(room.Length - flight.Reserve(0).Length)]);
        Require(line.StartsWith("RCPT TO:<", StringComparison.Ordinal) && line.EndsWith("> NOTIFY=NEVER\r\n", StringComparison.Ordinal), "the command has another shape");
        Require(!line[..^2].Any(static c => c < ' ' || c == '\u007f'), "the command holds a control character");
        var (local, domain) = ReadPath(line["RCPT TO:<".Length..]);
        Require(local == address.LocalPart && domain == address.Domain, "a server reads another path");
    }

    /// <summary>As a server reads it (RFC 5321 §4.1.2): a quoted string or a dot-string, an at sign, a domain up to the bracket.</summary>
    private static (string Local, string Domain) ReadPath(string text)
    {
        var i = 0;
        if (text[0] == '"')
        {
            for (i = 1; text[i] != '"'; i++)
            {
                i += text[i] == '\\' ? 1 : 0;
            }

            i++;
        }
        else
        {
            i = text.IndexOfAny(['@', '>', '<', '"', ' ', ',', ';', ':', '(', ')', '\\']);
        }

        Require(text[i] == '@', "no at sign stands behind the local part");
        var end = text.IndexOf('>', i);
        return (text[..i], text[(i + 1)..end]);
    }

    private static void CheckHeader(EmailAddress address)
    {
        using var buffer = new MessageBuffer();
        Require(MailboxField.Write("To", null, address, buffer) is null, "the header cannot be written");
        Require(HeaderReading.Text(buffer, "To") == address.ToString(), "the header says another address");
    }
}
