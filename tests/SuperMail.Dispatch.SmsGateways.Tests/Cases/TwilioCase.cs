using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class TwilioCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "twilio",
        Configuration = $"twilio_account_sid = AC123\ntwilio_auth_token = {ProviderCase.Canary}\ntwilio_endpoint = {{address}}",
        Shape = """
            POST /2010-04-01/Accounts/AC123/Messages.json
            Authorization: Basic QUMxMjM6Y2FuYXJ5LXMzY3JldA==
            Content-Type: application/x-www-form-urlencoded

            To=%2B447700900123&From=Example&Body=Hi+%26+bye&StatusCallback=https%3A%2F%2Fhost.test%2Fsms%3Fa%3D1%2525&ValidityPeriod=7200
            """,
        Success = static _ => new StubReply(201, """{"sid":"SM1","num_segments":"1","status":"queued","error_code":null,"error_message":null,"price":null}"""),
        Ids = static _ => ["SM1"],
        TextOf = static r => r.Form("Body"),
        Errors =
        [
            Error(401, 20003, Authentication, Retry),
            Error(404, 20404, Configuration, Retry),
            Error(400, 21211, InvalidRecipient, Rejected),
            Error(400, 21614, InvalidRecipient, Rejected),
            Error(400, 21212, InvalidSender, Rejected),
            Error(400, 21606, InvalidSender, Rejected),
            Error(400, 21602, InvalidContent, Rejected),
            Error(400, 21617, TooLong, Rejected),
            Error(400, 21610, OptedOut, Rejected),
            Error(400, 21612, Blocked, Rejected),
            Error(400, 21408, Blocked, Rejected),
            Error(400, 21611, Throttled, Retry),
            Error(400, 63038, Quota, Retry),
            Error(400, 99999, Temporary, Retry),
            Error(500, 20500, Temporary, Retry),
            new(201, """{"sid":"SM1","status":"failed","error_code":30007,"error_message":"filtered"}""", Blocked, Rejected, "30007"),
        ],
    };

    private static ErrorCase Error(int status, int code, SmsErrorClass errorClass, SmsOutcome outcome) =>
        new(status, $$"""{"code":{{code}},"message":"Refused","more_info":"","status":{{status}}}""", errorClass, outcome, $"{code}");
}
