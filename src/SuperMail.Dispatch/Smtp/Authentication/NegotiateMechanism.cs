using System.Buffers;
using System.Net;
using System.Net.Security;

namespace SuperMail.Dispatch.Smtp;

/// <summary>NTLM, NEGOTIATE and GSSAPI through the platform. Without a user name it is the process's own identity.</summary>
internal sealed class NegotiateMechanism : SaslMechanism
{
    private readonly NegotiateAuthentication _platform;
    private readonly bool _hasSecurityLayer;

    /// <param name="name">The word behind AUTH; GSSAPI ends with an agreement on a security layer (RFC 4752 §3.1).</param>
    /// <param name="package">Negotiate or NTLM.</param>
    /// <param name="credential">Null = the process's own identity.</param>
    /// <param name="host">The relay, for the service's name.</param>
    public NegotiateMechanism(string name, string package, NetworkCredential? credential, string host)
        : base(name)
    {
        _hasSecurityLayer = name == "GSSAPI";
        _platform = new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
        {
            Package = package,
            Credential = credential ?? CredentialCache.DefaultNetworkCredentials,
            TargetName = $"SMTP/{host}",
            RequiredProtectionLevel = _hasSecurityLayer ? ProtectionLevel.Sign : ProtectionLevel.None,
        });
    }

    public override bool IsDone => _platform.IsAuthenticated;

    public override byte[] Start() => Next([]);

    public override byte[] Answer(ReadOnlySpan<byte> challenge) =>
        _platform.IsAuthenticated && _hasSecurityLayer ? AgreeOnNoLayer(challenge) : Next(challenge);

    public override void Dispose()
    {
        _platform.Dispose();
        base.Dispose();
    }

    private byte[] Next(ReadOnlySpan<byte> challenge)
    {
        var answer = _platform.GetOutgoingBlob(challenge, out var status);
        return status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded
            ? answer ?? []
            : throw new SaslException($"the platform's {Name} says {status}");
    }

    private byte[] AgreeOnNoLayer(ReadOnlySpan<byte> challenge)
    {
        var offer = new ArrayBufferWriter<byte>();
        if (challenge.IsEmpty)
        {
            return [];
        }

        // RFC 4752 §3.1: one octet of layers, bit 1 = none; three octets of size, which none needs.
        if (_platform.Unwrap(challenge, offer, out _) != NegotiateAuthenticationStatusCode.Completed
            || offer.WrittenCount < 4 || (offer.WrittenSpan[0] & 1) == 0)
        {
            throw new SaslException("it demands a security layer");
        }

        var answer = new ArrayBufferWriter<byte>();
        return _platform.Wrap([1, 0, 0, 0], answer, requestEncryption: false, out _) == NegotiateAuthenticationStatusCode.Completed
            ? answer.WrittenSpan.ToArray()
            : throw new SaslException("the platform could not sign its answer");
    }
}
