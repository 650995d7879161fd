using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class CpsmsCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "compaya",
        Configuration = $"compaya_username = tester\ncompaya_password = {ProviderCase.Canary}\ncompaya_endpoint = {{address}}/v2/send",
        Shape = """
            POST /v2/send
            Authorization: Basic dGVzdGVyOmNhbmFyeS1zM2NyZXQ=
            Content-Type: application/json

            {"to":"447700900123","message":"Hi \u0026 bye","from":"Example","dlr_url":"https://host.test/sms?a=1%25\u0026id=m1","format":"GSM","reference":"m1"}
            """,
        Success = static m => new StubReply(200, $$"""{"success":[[{"to":"{{m[0].To.Digits}}","cost":1,"smsAmount":1}]]}"""),
        Ids = static m => [m.Id],
        TextOf = static r => r.Json.GetProperty("message").GetString(),
        Errors =
        [
            Error(400, 400, InvalidContent, Rejected),
            Error(401, 401, Authentication, Retry),
            Error(402, 402, InsufficientFunds, Retry),
            Error(403, 403, Authentication, Retry),
            Error(200, 409, InvalidRecipient, Rejected),
            Error(200, 402, InsufficientFunds, Retry),
            Error(500, 500, Temporary, Retry),
            new(200, """{"success":[]}""", Temporary, Unknown),
            new(200, """{"success":[{"to":"4599999999","cost":1,"smsAmount":1}]}""", Temporary, Unknown),
        ],
    };

    private static ErrorCase Error(int status, int code, SmsErrorClass errorClass, SmsOutcome outcome) =>
        new(status, $$"""{"error":{"code":{{code}},"message":"Refused"} }""", errorClass, outcome, $"{code}");
}
