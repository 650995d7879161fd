using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Judges the relay's certificate in one handshake, and says in words what is wrong with it.</summary>
internal sealed class CertificateJudge(
    EmailSettings settings, X509Certificate2Collection authorities, RemoteCertificateValidationCallback? callback, bool isLenient)
{
    // RFC 5280 §4.2.1.12: id-kp-serverAuth
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly (X509ChainStatusFlags Flag, string Fault, string Setting)[] s_faults =
    [
        (X509ChainStatusFlags.NotTimeValid, "it has expired or is not valid yet", ""),
        (X509ChainStatusFlags.Revoked, "it is revoked", ""),
        (X509ChainStatusFlags.NotValidForUsage, "it is not for servers (its extended key usage)", ""),
        (X509ChainStatusFlags.RevocationStatusUnknown, "its revocation could not be checked", nameof(EmailSettings.CheckCertificateRevocation)),
        (X509ChainStatusFlags.OfflineRevocation, "its revocation could not be checked", nameof(EmailSettings.CheckCertificateRevocation)),
        (X509ChainStatusFlags.UntrustedRoot, "its root is not trusted", nameof(EmailSettings.TrustedCertificatesPath)),
        (X509ChainStatusFlags.NotSignatureValid, "it was signed by no root that is trusted", nameof(EmailSettings.TrustedCertificatesPath)),
        (X509ChainStatusFlags.PartialChain, "its chain ends at no trusted root", nameof(EmailSettings.TrustedCertificatesPath)),
    ];

    /// <summary>What is wrong, with the setting to look at; null when nothing is.</summary>
    public string? Fault { get; private set; }

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (callback is not null)
        {
            Fault = callback(sender, certificate, chain, errors) ? null : "the certificate was refused by the host's own check";
        }
        else
        {
            Fault = Explain(certificate as X509Certificate2, chain, errors);
        }

        return Fault is null || isLenient;
    }

    private string? Explain(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "no certificate was shown";
        }

        var flags = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? Flags(chain) : X509ChainStatusFlags.NoError;
        if (authorities.Count > 0 && (flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            flags = BuildWithAuthorities(certificate, chain);
        }

        foreach (var (flag, fault, setting) in s_faults)
        {
            if (flags.HasFlag(flag))
            {
                var isItsOwnRoot = setting == nameof(EmailSettings.TrustedCertificatesPath)
                    && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
                return Sentence(isItsOwnRoot ? "it is self-signed and no root that is trusted" : fault, setting);
            }
        }

        return flags != X509ChainStatusFlags.NoError ? Sentence($"its chain is faulty ({flags})", "")
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? Sentence($"it is for another name ({Verdicts.Clean(certificate.GetNameInfo(X509NameType.DnsName, false))})", nameof(EmailSettings.Host))
            : null;
    }

    // Private CAs stand beside the system's: asked only when the system's did not know the root.
    private X509ChainStatusFlags BuildWithAuthorities(X509Certificate2 certificate, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // As SslStream does itself: a certificate for clients or mail must not pass for a server's.
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = settings.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        foreach (var element in shown?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate) ? X509ChainStatusFlags.NoError : Flags(chain);
    }

    private static X509ChainStatusFlags Flags(X509Chain? chain)
    {
        var flags = X509ChainStatusFlags.NoError;
        foreach (var status in chain?.ChainStatus ?? [])
        {
            flags |= status.Status;
        }

        return flags == X509ChainStatusFlags.NoError ? X509ChainStatusFlags.PartialChain : flags;
    }

    private string Sentence(string fault, string setting) => setting switch
    {
        nameof(EmailSettings.Host) => $"{fault}; see {SmtpFaults.Setting(setting, settings.Host)}",
        nameof(EmailSettings.TrustedCertificatesPath) => $"{fault}; see {SmtpFaults.Setting(setting, settings.TrustedCertificatesPath)}",
        nameof(EmailSettings.CheckCertificateRevocation) => $"{fault}; see {SmtpFaults.Setting(setting, settings.CheckCertificateRevocation)}",
        _ => fault,
    };
}
