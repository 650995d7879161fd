using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class VonageCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "vonage",
        Configuration = $"vonage_api_key = abcd1234\nvonage_api_secret = {ProviderCase.Canary}\nvonage_endpoint = {{address}}/sms/json",
        Shape = """
            POST /sms/json
            Content-Type: application/x-www-form-urlencoded

            api_key=abcd1234&api_secret=canary-s3cret&from=Example&to=447700900123&text=Hi+%26+bye&type=text&ttl=7200000&callback=https%3A%2F%2Fhost.test%2Fsms%3Fa%3D1%2525&client-ref=m1
            """,
        Success = static _ => Reply(("0", "V1")),
        Ids = static _ => ["V1"],
        TextOf = static r => r.Form("text"),
        Errors =
        [
            Status("1", Throttled, Retry),
            Status("2", Configuration, Retry),
            Status("3", InvalidContent, Rejected),
            Status("4", Authentication, Retry),
            Status("5", Temporary, Retry),
            Status("6", InvalidRecipient, Rejected),
            Status("7", Blocked, Rejected),
            Status("8", Authentication, Retry),
            Status("9", InsufficientFunds, Retry),
            Status("10", Temporary, Retry),
            Status("12", TooLong, Rejected),
            Status("14", Authentication, Retry),
            Status("15", InvalidSender, Rejected),
            new(200, Reply(("0", "V1"), ("1", "V2")).Body, Throttled, Unknown, "1"),
        ],
    };

    private static ErrorCase Status(string status, SmsErrorClass errorClass, SmsOutcome outcome) =>
        new(200, Reply((status, "")).Body, errorClass, outcome, status);

    private static StubReply Reply(params (string Status, string Id)[] parts) => new(200, $$"""
        {"message-count":"{{parts.Length}}","messages":[{{string.Join(',', parts.Select(static p =>
            $$"""{"to":"447700900123","message-id":"{{p.Id}}","status":"{{p.Status}}","error-text":"Refused","remaining-balance":"3.14","message-price":"0.0333"}"""))}}]}
        """);
}
