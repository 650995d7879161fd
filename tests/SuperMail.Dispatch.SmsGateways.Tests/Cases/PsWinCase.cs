using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class PsWinCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "pswin",
        Configuration = $"pswin_username = tester\npswin_password = {ProviderCase.Canary}\npswin_endpoint = {{address}}",
        Shape = """
            POST /
            Content-Type: text/xml; charset=iso-8859-1

            <?xml version="1.0" encoding="iso-8859-1"?><SESSION><CLIENT>tester</CLIENT><PW>canary-s3cret</PW><MSGLST><MSG><ID>1</ID><TEXT>Hi &amp; bye</TEXT><SND>Example</SND><RCV>447700900123</RCV><TTL>120</TTL><RCPREQ>Y</RCPREQ></MSG></MSGLST></SESSION>
            """,
        Success = static m => Reply([.. m.Select(static (_, i) => Taken(i))]),
        Ids = static _ => ["R1"],
        TextOf = static r => r.Xml.Descendants("OP").Any()
            ? System.Text.Encoding.BigEndianUnicode.GetString(Convert.FromHexString(r.Xml.Descendants("TEXT").First().Value))
            : r.Xml.Descendants("TEXT").First().Value,
        Mixed = static _ => Reply(Refused(1, "Invalid receiver number"), Taken(0)),
        OnlySecond = static _ => Reply(Taken(1)),
        Errors =
        [
            new(200, "<?xml version=\"1.0\"?><SESSION><LOGON>FAIL</LOGON><REASON>Unknown user</REASON></SESSION>", Authentication, Retry, "LOGON"),
            One("Invalid receiver number", InvalidRecipient, Rejected),
            One("Invalid sender", InvalidSender, Rejected),
            One("Number is barred", Blocked, Rejected),
            One("Not enough credit", InsufficientFunds, Retry),
            One("Quota exceeded", Quota, Retry),
            One("Message too long", TooLong, Rejected),
            One("Illegal text", InvalidContent, Rejected),
            One("Out of order", Temporary, Retry),
        ],
    };

    private static ErrorCase One(string info, SmsErrorClass errorClass, SmsOutcome outcome) =>
        new(200, Reply(Refused(0, info)).Body, errorClass, outcome, "FAIL");

    private static StubReply Reply(params string[] entries) => new(
        200,
        $"<?xml version=\"1.0\"?><!DOCTYPE SESSION SYSTEM \"pswincom_submit_response.dtd\"><SESSION><LOGON>OK</LOGON><REASON></REASON><MSGLST>{string.Concat(entries)}</MSGLST></SESSION>",
        "text/xml");

    private static string Taken(int at) => $"<MSG><ID>{at + 1}</ID><REF>R{at + 1}</REF><STATUS>OK</STATUS><INFO></INFO></MSG>";

    private static string Refused(int at, string info) => $"<MSG><ID>{at + 1}</ID><STATUS>FAIL</STATUS><INFO>{info}</INFO></MSG>";
}
