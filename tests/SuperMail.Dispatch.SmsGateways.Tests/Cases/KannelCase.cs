using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using static SuperMail.Dispatch.SmsErrorClass;
using static SuperMail.Dispatch.SmsOutcome;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

internal static class KannelCase
{
    public static ProviderCase Value { get; } = new()
    {
        Module = "kannel",
        Configuration = $"kannel_endpoint = {{address}}/cgi-bin/sendsms\nkannel_username = tester\nkannel_password = {ProviderCase.Canary}",
        Shape = "GET /cgi-bin/sendsms?username=tester&password=canary-s3cret&from=Example&to=%2B447700900123&text=Hi%20%26%20bye&charset=UTF-8&coding=0"
            + "&validity=120&dlr-mask=31&dlr-url=https%3A%2F%2Fhost.test%2Fsms%3Fa%3D1%25%2525%26id%3Dm1%26type%3D%25d%26answer%3D%25A%26at%3D%25T\n\n",
        Success = static _ => Line(202, "0: Accepted for delivery"),
        Ids = static m => [m.Id],
        TextOf = static r => r.Query("text"),
        Errors =
        [
            new(403, "Authorization failed for sendsms", Authentication, Retry, "403"),
            new(400, "Missing receiver number, rejected", InvalidRecipient, Rejected, "400"),
            new(400, "Sender missing and no global set, rejected", InvalidSender, Rejected, "400"),
            new(400, "Number(s) has/have been denied by white- and/or black-lists.", Blocked, Rejected, "400"),
            new(400, "Coding field misformed, rejected", InvalidContent, Rejected, "400"),
            new(400, "Empty text not allowed, rejected", InvalidContent, Rejected, "400"),
            new(404, "Unknown request.", Configuration, Retry, "404"),
            new(503, "Temporal failure, try again later.", Temporary, Retry, "503"),
            new(202, "9: Something else", Temporary, Unknown),
        ],
    };

    private static StubReply Line(int status, string text) => new(status, text, "text/html");
}
