using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class PuzzelCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "intele",
        Configuration = $"intele_serviceId = 1000\nintele_username = tester\nintele_password = {ProviderCase.Canary}\nintele_endpoint = {{address}}",
        Shape = """
            POST /gw/rs/sendMessages
            Accept: application/json
            Content-Type: application/json

            {"serviceId":1000,"username":"tester","password":"canary-s3cret","batchReference":"m1","message":[{"recipient":"\u002B447700900123","content":"Hi \u0026 bye","clientReference":"m1","settings":{"validity":23,"autoDetectEncoding":true,"originatorSettings":{"originatorType":"ALPHANUMERIC","originator":"Example"}}}]}
            """,
        Success = static m => Reply([.. m.Select(static s => Entry(s, 1))]),
        Ids = static m => [$"P-{m.Id}"],
        TextOf = static r => r.Json.GetProperty("message")[0].GetProperty("content").GetString(),
        Mixed = static m => Reply(Entry(m[1], 5), Entry(m[0], 1)),
        OnlySecond = static m => Reply(Entry(m[1], 1)),
        Errors =
        [
            Code(2, Authentication, Retry),
            Code(4, Configuration, Retry),
            Code(5, InvalidContent, Rejected),
            Code(6, Temporary, Retry),
            Code(24, Quota, Unknown),
            Code(25, Blocked, Rejected),
            new(200, """{"messageStatus":[{"statusCode":2,"statusMessage":"No access","clientReference":null,"recipient":null}]}""", Authentication, Retry, "2"),
        ],
    };

    private static ErrorCase Code(int code, SmsErrorClass errorClass, SmsOutcome outcome) => new(
        200, $$"""{"messageStatus":[{"statusCode":{{code}},"statusMessage":"Refused","clientReference":"m1"}]}""", errorClass, outcome, $"{code}");

    private static StubReply Reply(params string[] entries) => new(200, $$"""{"batchReference":"b","messageStatus":[{{string.Join(',', entries)}}]}""");

    private static string Entry(SmsMessage m, int code) =>
        $$"""{"statusCode":{{code}},"statusMessage":"x","clientReference":"{{m.Id}}","recipient":"{{m.To}}","messageId":"P-{{m.Id}}","sessionId":null,"sequenceIndex":1}""";
}
