using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class TxtLocalCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "txtlocal",
        Configuration = $"txtlocal_username = tester@host.test\ntxtlocal_password = {ProviderCase.Canary}\ntxtlocal_endpoint = {{address}}/send/",
        Shape = """
            POST /send/
            Content-Type: application/x-www-form-urlencoded

            username=tester%40host.test&password=canary-s3cret&numbers=447700900123&sender=Example&message=Hi+%26+bye&receipt_url=https%3A%2F%2Fhost.test%2Fsms%3Fa%3D1%2525&custom=m1
            """,
        Success = static m => new StubReply(200, $$"""
            {"balance":1162,"batch_id":123456789,"cost":2,"num_messages":1,"message":{"num_parts":1,"sender":"Example","content":"Hi"},
             "receipt_url":"","custom":"{{m[0].Id}}","messages":[{"id":"1151346216","recipient":{{m[0].To.Digits}}}],"status":"success"}
            """),
        Ids = static m => [m.Id, "1151346216"],
        TextOf = static r => r.Form("message"),
        Errors =
        [
            Error(3, Authentication, Retry),
            Error(4, InvalidRecipient, Rejected),
            Error(5, InvalidContent, Rejected),
            Error(6, TooLong, Rejected),
            Error(7, InsufficientFunds, Retry),
            Error(32, InvalidRecipient, Rejected),
            Error(43, InvalidSender, Rejected),
            Error(44, InvalidSender, Rejected),
            Error(51, InvalidRecipient, Rejected),
            Error(999, Temporary, Retry),
            new(200, """{"status":"failure"}""", Temporary, Unknown),
        ],
    };

    private static ErrorCase Error(int code, SmsErrorClass errorClass, SmsOutcome outcome) => new(
        200, $$"""{"errors":[{"code":{{code}},"message":"Refused"}],"status":"failure"}""", errorClass, outcome, $"{code}");
}
