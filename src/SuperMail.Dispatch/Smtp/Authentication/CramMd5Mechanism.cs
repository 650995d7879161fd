using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>CRAM-MD5 (RFC 2195 §2): weak, so only when chosen.</summary>
[SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined with MD5, and used only when the operator chose it.")]
internal sealed class CramMd5Mechanism(string userName, string password) : SaslMechanism("CRAM-MD5")
{
    private bool _answered;

    public override bool IsDone => _answered;

    public override byte[] Answer(ReadOnlySpan<byte> challenge)
    {
        if (_answered || challenge.IsEmpty)
        {
            throw new SaslException("its challenge is empty or comes twice");
        }

        _answered = true;
        var digest = HMACMD5.HashData(Encoding.UTF8.GetBytes(password), challenge);
        return Encoding.UTF8.GetBytes($"{userName} {Convert.ToHexStringLower(digest)}");
    }
}
