using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class SmsTeknikCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "smsteknik",
        Configuration = $"smsteknik_serviceId = My Company\nsmsteknik_username = tester\nsmsteknik_password = {ProviderCase.Canary}\nsmsteknik_endpoint = {{address}}/send/xml/",
        Shape = """
            POST /send/xml/?id=My%20Company&user=tester&pass=canary-s3cret
            Content-Type: text/xml; charset=utf-8

            <?xml version="1.0" encoding="utf-8"?><sms-teknik><operationtype>0</operationtype><flash>0</flash><multisms>0</multisms><maxmultisms>1</maxmultisms><compresstext>0</compresstext><udmessage>Hi &amp; bye</udmessage><smssender>Example</smssender><deliverystatustype>3</deliverystatustype><deliverystatusaddress>https://host.test/sms?a=1%25</deliverystatusaddress><items><recipient><nr>+447700900123</nr></recipient></items></sms-teknik>
            """,
        Success = static _ => Line("4711;"),
        Ids = static _ => ["4711"],
        TextOf = static r => r.Xml.Element("udmessage")!.Value,
        Errors =
        [
            Reason("Access denied", Authentication, Retry),
            Reason("No SMS left", InsufficientFunds, Retry),
            Reason("Invalid phonenumber", InvalidRecipient, Rejected),
            Reason("Number is blocked", Blocked, Rejected),
            Reason("Illegal sender", InvalidSender, Rejected),
            Reason("Parse error", InvalidContent, Rejected),
            Reason("Something else", Temporary, Retry),
            new(200, "0", Temporary, Unknown),
        ],
    };

    private static ErrorCase Reason(string reason, SmsErrorClass errorClass, SmsOutcome outcome) => new(200, $"0:{reason}", errorClass, outcome, "0");

    private static StubReply Line(string text) => new(200, text, "text/plain");
}
