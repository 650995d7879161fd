using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class GenericCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "http",
        Configuration = $$"""
            http_endpoint = {address}/send?to={number}
            http_headers = X-Key: {password} | Accept: text/plain
            http_password = {{ProviderCase.Canary}}
            http_content_type = application/json
            http_body = {"from":"{from}","text":"{text}","id":"{id}"}
            http_success = ^OK
            http_failure = ^NO
            http_retry = ^LATER
            http_id = ^OK (\w+)
            """,
        Shape = """
            POST /send?to=447700900123
            Accept: text/plain
            Content-Type: application/json
            X-Key: canary-s3cret

            {"from":"Example","text":"Hi \u0026 bye","id":"m1"}
            """,
        Success = static _ => new StubReply(200, "OK abc1", "text/plain"),
        Ids = static _ => ["abc1"],
        TextOf = static r => r.Json.GetProperty("text").GetString(),
        Errors =
        [
            new(200, "NO such number", Blocked, Rejected),
            new(200, "LATER please", Temporary, Retry),
            new(200, "perhaps", Temporary, Unknown, "200"),
            new(401, "", Authentication, Retry, "401"),
            new(402, "", InsufficientFunds, Retry, "402"),
            new(404, "", Configuration, Retry, "404"),
            new(413, "", TooLong, Rejected, "413"),
            new(400, "", InvalidContent, Rejected, "400"),
            new(503, "", Temporary, Retry, "503"),
            new(500, "", Temporary, Unknown, "500"),
        ],
    };
}
