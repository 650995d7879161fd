using System.Security.Cryptography;
using System.Text;
using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Vonage;

/// <summary>The field <c>sig</c>: a hash over all other fields in alphabetical order (Vonage, "Signing messages").</summary>
/// <param name="secret">The signature secret.</param>
/// <param name="method">md5hash, md5, sha1, sha256 or sha512; all but the first are keyed.</param>
internal sealed class VonageSignature(string secret, string method)
{
    public bool IsValid(CallbackContent content)
    {
        var fields = Fields(content);
        var given = fields.FirstOrDefault(static f => f.Key == "sig").Value;
        if (string.IsNullOrEmpty(given))
        {
            return false;
        }

        var expected = Convert.ToHexStringLower(Hash(Text(fields)));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(given.ToLowerInvariant()));
    }

    private static KeyValuePair<string, string>[] Fields(CallbackContent content) =>
    [
        .. content.Query,
        .. content.Form,
        .. content.IsJson ? ProviderJson.Objects(content.Json()).SelectMany(static o => o.EnumerateObject()).Select(static p => KeyValuePair.Create(p.Name, p.Value.ToString())) : [],
    ];

    // What parts fields must not stand within a value, or two different forms would have one signature.
    private static string Text(IEnumerable<KeyValuePair<string, string>> fields) => string.Concat(
        fields.Where(static f => f.Key != "sig").OrderBy(static f => f.Key, StringComparer.Ordinal)
            .Select(static f => $"&{f.Key}={f.Value.Replace('&', '_').Replace('=', '_')}"));

    // Which hash it is the account's owner chooses at Vonage; MD5 is what accounts begin with.
#pragma warning disable CA5350, CA5351
    private byte[] Hash(string text)
    {
        var (key, octets) = (Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));
        return method switch
        {
            "md5" => HMACMD5.HashData(key, octets),
            "sha1" => HMACSHA1.HashData(key, octets),
            "sha256" => HMACSHA256.HashData(key, octets),
            "sha512" => HMACSHA512.HashData(key, octets),
            _ => MD5.HashData([.. octets, .. key]),
        };
    }
#pragma warning restore CA5350, CA5351
}
