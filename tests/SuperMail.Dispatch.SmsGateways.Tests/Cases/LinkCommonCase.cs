using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class LinkCommonCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "link",
        Configuration = $"link_username = tester\nlink_password = {ProviderCase.Canary}\nlink_platform_id = 1\nlink_platform_partner_id = 22\nlink_endpoint = {{address}}/",
        Shape = """
            POST /sms/send
            Authorization: Basic dGVzdGVyOmNhbmFyeS1zM2NyZXQ=
            Content-Type: application/json

            {"platformId":"1","platformPartnerId":"22","ignoreResponse":false,"useDeliveryReport":true,"source":"Example","sourceTON":"ALPHANUMERIC","destination":"\u002B447700900123","userData":"Hi \u0026 bye","dcs":"TEXT","refId":"m1","relativeValidityTime":7200000}
            """,
        Success = static m => m.Count == 1 ? new StubReply(200, Entry(m[0], 1005)) : Reply([.. m.Select(static s => Entry(s, 1005))]),
        Ids = static m => [$"L-{m.Id}"],
        TextOf = static r => r.Json.GetProperty("userData").GetString(),
        Mixed = static m => Reply(Entry(m[1], 2104), Entry(m[0], 1005)),
        OnlySecond = static m => Reply(Entry(m[1], 1005)),
        Errors =
        [
            Code(2104, InvalidRecipient, Rejected),
            Code(2000, InvalidSender, Rejected),
            Code(4003, InvalidContent, Rejected),
            Code(2105, Blocked, Rejected),
            Code(103, Authentication, Retry),
            Code(104, Configuration, Retry),
            Code(3, Throttled, Retry),
            Code(1, Temporary, Retry),
            Code(4, SmsErrorClass.Timeout, Unknown),
            new(401, """{"status":106100,"description":"Invalid authentication"}""", Authentication, Retry, "106100"),
            new(400, """{"status":106200,"description":"Missing platformId"}""", Configuration, Retry, "106200"),
        ],
    };

    private static ErrorCase Code(int code, SmsErrorClass errorClass, SmsOutcome outcome) =>
        new(200, $$"""{"messageId":"x","resultCode":{{code}},"description":"Refused","refId":"m1"}""", errorClass, outcome, $"{code}");

    private static StubReply Reply(params string[] entries) => new(200, $"[{string.Join(',', entries)}]");

    private static string Entry(SmsMessage m, int code) => $$"""{"messageId":"L-{{m.Id}}","resultCode":{{code}},"message":"x","refId":"{{m.Id}}"}""";
}
