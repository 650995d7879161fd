using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class CmCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "cm",
        Configuration = $"cm_product_token = {ProviderCase.Canary}\ncm_endpoint = {{address}}/v1.0/message",
        Shape = """
            POST /v1.0/message
            Content-Type: application/json
            X-CM-PRODUCTTOKEN: canary-s3cret

            {"messages":{"msg":[{"from":"Example","to":[{"number":"00447700900123"}],"body":{"type":"auto","content":"Hi \u0026 bye"},"reference":"m1","minimumNumberOfMessageParts":1,"maximumNumberOfMessageParts":1,"validity":"2h0m"}]}}
            """,
        Success = static m => Reply(0, [.. m.Select(Taken)]),
        Ids = static m => [m.Id],
        TextOf = static r => r.Json.GetProperty("messages").GetProperty("msg")[0].GetProperty("body").GetProperty("content").GetString(),
        Mixed = static m => Reply(201, Refused(m[1]), Taken(m[0])),
        OnlySecond = static m => Reply(201, Taken(m[1])),
        Errors =
        [
            All(401, 101, Authentication, Retry),
            All(401, 103, Authentication, Retry),
            All(402, 102, InsufficientFunds, Retry),
            All(400, 202, Configuration, Retry),
            All(400, 302, InvalidContent, Rejected),
            All(200, 401, Blocked, Rejected),
            All(200, 402, Blocked, Rejected),
            All(200, 403, Blocked, Rejected),
            All(200, 500, Temporary, Retry),
            All(500, 999, Temporary, Retry),
        ],
    };

    private static ErrorCase All(int status, int code, SmsErrorClass errorClass, SmsOutcome outcome) =>
        new(status, $$"""{"details":"Refused","errorCode":{{code}},"messages":[]}""", errorClass, outcome, $"{code}");

    private static StubReply Reply(int code, params string[] entries) =>
        new(200, $$"""{"details":"x","errorCode":{{code}},"messages":[{{string.Join(',', entries)}}]}""");

    private static string Taken(SmsMessage m) =>
        $$"""{"to":"00{{m.To.Digits}}","status":"Accepted","reference":"{{m.Id}}","parts":1,"messageDetails":null,"messageErrorCode":0}""";

    private static string Refused(SmsMessage m) =>
        $$"""{"to":"00{{m.To.Digits}}","status":"Rejected","reference":"{{m.Id}}","parts":0,"messageDetails":"unknown number","messageErrorCode":302}""";
}
