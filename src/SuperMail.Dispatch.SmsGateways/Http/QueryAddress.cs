using System.Text;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>Puts encoded fields behind an address.</summary>
internal static class QueryAddress
{
    public static string With(string address, IEnumerable<KeyValuePair<string, string?>> fields)
    {
        var text = new StringBuilder(address);
        var sign = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                text.Append(sign).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                sign = '&';
            }
        }

        return text.ToString();
    }
}
