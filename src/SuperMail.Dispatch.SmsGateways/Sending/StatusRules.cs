using System.Globalization;
using SuperMail.Dispatch.SmsGateways.Http;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>What an answer's status says of messages on which its body says nothing (RFC 9110 §15).</summary>
internal static class StatusRules
{
    public static ProviderFault Fault(HttpAnswer answer)
    {
        var status = (int)answer.Status;
        var code = status.ToString(CultureInfo.InvariantCulture);
        return status switch
        {
            // Not followed: it would carry the login and the numbers to wherever the answer points.
            >= 300 and < 400 => new(SmsErrorClass.Configuration, code, "The provider answered with a redirect, which is not followed."),
            400 or 422 => new(SmsErrorClass.InvalidContent, code, "The provider refused the request."),
            401 or 403 => new(SmsErrorClass.Authentication, code, "The provider refused the login."),
            402 => new(SmsErrorClass.InsufficientFunds, code, "The provider asks for payment."),
            404 or 405 or 410 or 415 => new(SmsErrorClass.Configuration, code, "The provider has no such address."),
            408 => new(SmsErrorClass.Timeout, code, "The provider did not get the request in time."),
            413 or 414 => new(SmsErrorClass.TooLong, code, "The request was too long for the provider."),
            429 => new(SmsErrorClass.Throttled, code, "The provider asks to slow down."),
            503 => new(SmsErrorClass.Temporary, code, "The provider is out of order."),
            >= 400 and < 500 => new(SmsErrorClass.Temporary, code, "The provider refused the request."),

            // A success that cannot be read, or a fault from somewhere between us and the provider (500, 502, 504): the
            // messages may be on their way.
            _ => new(SmsErrorClass.Temporary, code, "The provider's answer says nothing readable about the message.") { Outcome = SmsOutcome.Unknown },
        };
    }
}
