using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>XOAUTH2, as Google and Microsoft define it: everything in the first line; an error comes as a challenge.</summary>
internal sealed class XOAuth2Mechanism(string userName, string token) : SaslMechanism("XOAUTH2")
{
    public override byte[] Start() => Encoding.UTF8.GetBytes($"user={userName}\u0001auth=Bearer {token}\u0001\u0001");

    // The challenge is the error; an empty line brings the reply that ends the exchange.
    public override byte[] Answer(ReadOnlySpan<byte> challenge) => [];
}
