using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>RFC 2195: the client answers a challenge with the user and HMAC-MD5 of the challenge in hexadecimal.</summary>
internal sealed class CramMd5Mechanism(SmtpTestServerOptions options) : IMechanism
{
    private readonly byte[] _challenge =
        Encoding.ASCII.GetBytes($"<{RandomNumberGenerator.GetHexString(16)}@{options.HostName}>");

    public bool TakesInitialResponse => false;

    public MechanismStep Start() => MechanismStep.Ask(_challenge);

    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined with MD5.")]
    public MechanismStep Next(ReadOnlySpan<byte> response)
    {
        string digest = Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(options.Password), _challenge));
        return Encoding.UTF8.GetString(response) == $"{options.UserName} {digest}"
            ? MechanismStep.LoggedIn(options.UserName)
            : MechanismStep.Refused;
    }
}
