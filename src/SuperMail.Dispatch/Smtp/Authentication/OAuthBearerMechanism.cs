using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>OAUTHBEARER (RFC 7628 §3.1).</summary>
internal sealed class OAuthBearerMechanism(string userName, string token, string host, int port) : SaslMechanism("OAUTHBEARER")
{
    public override byte[] Start()
    {
        // RFC 5801 §4: the authorization identity writes ',' and '=' as =2C and =3D.
        var name = userName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"n,a={name},\u0001host={host}\u0001port={port}\u0001auth=Bearer {token}\u0001\u0001"));
    }

    // RFC 7628 §3.2.3: the challenge is the error; a lone %x01 brings the reply that ends the exchange.
    public override byte[] Answer(ReadOnlySpan<byte> challenge) => [1];
}
