using System.Net.Http.Headers;
using System.Text;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>Basic authentication (RFC 7617), in UTF-8.</summary>
internal static class BasicLogin
{
    public static AuthenticationHeaderValue Header(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
