using System.Security.Cryptography;
using System.Text;
using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Twilio;

/// <summary>X-Twilio-Signature: HMAC-SHA1 with the auth token over the address and the form's fields (Twilio, "Webhooks security").</summary>
internal static class TwilioSignature
{
    public static bool IsValid(string token, SmsCallbackRequest request, CallbackContent content)
    {
        Span<byte> given = stackalloc byte[HMACSHA1.HashSizeInBytes];
        if (!Convert.TryFromBase64String(content.Header("X-Twilio-Signature") ?? "", given, out var length) || length != given.Length)
        {
            return false;
        }

        // A body that is no form is signed by a hash of it in the address, which the signature covers.
        if (!content.IsForm && !HasBodyHash(request, content))
        {
            return false;
        }

        var fields = Fields(content);
        var isValid = false;
        foreach (var address in Addresses(request.Url))
        {
            isValid |= CryptographicOperations.FixedTimeEquals(given, Sign(token, address + fields));
        }

        return isValid;
    }

    // SHA-1 is Twilio's choice; as a keyed hash it still holds.
#pragma warning disable CA5350
    private static byte[] Sign(string token, string text) => HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    /// <summary>Name and value of each field without anything between, in ordinal order of the names; a repeated pair counts once.</summary>
    private static string Fields(CallbackContent content) =>
        string.Concat(content.Form.Distinct().OrderBy(static f => f.Key, StringComparer.Ordinal).ThenBy(static f => f.Value, StringComparer.Ordinal).Select(static f => f.Key + f.Value));

    /// <summary>The address with its port and without: which of them Twilio signs depends on who passed the request on.</summary>
    private static IEnumerable<string> Addresses(Uri url)
    {
        var given = url.OriginalString;
        var host = given.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = given.IndexOfAny(['/', '?', '#'], host) is var found and >= 0 ? found : given.Length;
        var authority = given[host..end];
        var colon = authority.LastIndexOf(':');
        var bare = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
        yield return given;
        yield return given[..host] + bare + given[end..];
        yield return $"{given[..host]}{bare}:{url.Port}{given[end..]}";
    }

    private static bool HasBodyHash(SmsCallbackRequest request, CallbackContent content) =>
        content.InAddress("bodySHA256") is { } hash
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash.ToLowerInvariant()), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(request.Body.Span))));
}
