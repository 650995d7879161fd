using System.Globalization;
using SuperMail.Dispatch.Smtp;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>What an EHLO reply offers: read without a fault, shown without control characters.</summary>
internal sealed class CapabilitiesTarget : FuzzTarget
{
    public override string Name => "capabilities";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "relay.test\nPIPELINING\nSIZE 10240000\nETRN\nSTARTTLS\nAUTH PLAIN LOGIN\nAUTH=PLAIN LOGIN\nENHANCEDSTATUSCODES\n8BITMIME\nDSN\nSMTPUTF8\nCHUNKING", "relay.test", "",
        "relay.test\nSIZE", "relay.test\nSIZE -1", "relay.test\nSIZE 99999999999999999999999", "relay.test\nsize 5\nsize 6", "x\nAUTH", "x\nAUTH=", "x\nauth plain\nstarttls", "x\n\n\nDSN", "x\nPIPELINING  x",
        "x\nAUTH PLAIN\u001b[31m", "x\nXPIPELINING", "PIPELINING",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
        ["\n", "\nPIPELINING", "\nCHUNKING", "\nSTARTTLS", "\nSIZE ", "\nAUTH ", "\nAUTH=", "PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2", "\nSMTPUTF8", "\n8BITMIME", "\nDSN", "0", "1000", "+1", "１"];

    public override long AllowedOperations(int length) => 16_384 + (200L * length);

    public override bool Run(string input)
    {
        var found = SmtpCapabilities.Parse(input);
        Require(found.MaxSize >= 0, "a size is less than nothing");
        Require(!found.Lines.Any(static line => line.Any(char.IsControl)), "a line holds a control character");
        Require(found.AuthMechanisms.All(static name => !name.Any(static c => char.IsControl(c) || c == ' ')), "a mechanism is no word");

        var words = found.Lines.Select(static line => line.Split(' ')).ToArray();
        bool Offers(string keyword) => words.Any(line => line[0].Equals(keyword, StringComparison.OrdinalIgnoreCase));
        Require(found.Pipelining == Offers("PIPELINING") && found.Chunking == Offers("CHUNKING") && found.StartTls == Offers("STARTTLS"), "an extension is invented or lost");
        Require(found.SmtpUtf8 == Offers("SMTPUTF8") && found.EightBitMime == Offers("8BITMIME") && found.Dsn == Offers("DSN"), "an extension is invented or lost");
        var size = words.LastOrDefault(static line => line[0].Equals("SIZE", StringComparison.OrdinalIgnoreCase));
        var limit = size is [_, var said, ..] && said.All(char.IsAsciiDigit) && long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        Require(found.HasSize == size is not null && found.MaxSize == limit, "another size is read than stands there");
        return found.Lines.Count > 0;
    }
}
