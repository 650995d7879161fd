using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.SmsGateways.Tests.Callbacks;

/// <summary>Signs as Twilio does: a second writing of the rule.</summary>
internal static class TwilioSigning
{
    public static SmsCallbackRequest Signed(SmsCallbackRequest request, string token, string? address = null)
    {
        var fields = Encoding.UTF8.GetString(request.Body.Span).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static f => f.Split('=', 2)).Select(static f => (Name: WebUtility.UrlDecode(f[0]), Value: WebUtility.UrlDecode(f.ElementAtOrDefault(1) ?? "")))
            .OrderBy(static f => f.Name, StringComparer.Ordinal);
        var text = (address ?? request.Url.OriginalString) + string.Concat(fields.Select(static f => f.Name + f.Value));
        return request with { Headers = new Dictionary<string, string>(request.Headers) { ["X-Twilio-Signature"] = Signature(token, text) } };
    }

    public static string Signature(string token, string text) =>
#pragma warning disable CA5350
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
}
