using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SuperMail.Dispatch.Testing;

/// <summary>A private certificate authority, made in memory, and what it issues: certificates that are right, for the
/// wrong name, expired or not valid yet. Certificates issued belong to the caller.</summary>
public sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2 _signer;

    /// <summary>Makes a new authority, known to nobody.</summary>
    public TestCertificates()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _signer = request.CreateSelfSigned(now.AddYears(-10), now.AddYears(10));
        Authority = X509CertificateLoader.LoadCertificate(_signer.RawData);
    }

    /// <summary>The authority's certificate without its key: what a client has to trust.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>A certificate that signs itself, for these names; nobody trusts it.</summary>
    /// <param name="names">Host names and IP addresses; the first is the subject.</param>
    public static X509Certificate2 SelfSigned(params string[] names)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = RequestFor(names, key).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return Usable(certificate);
    }

    /// <summary>A valid certificate for these names.</summary>
    /// <param name="names">Host names and IP addresses; the first is the subject.</param>
    public X509Certificate2 For(params string[] names) => Issue(names, fromDays: -1, toDays: 30);

    /// <summary>A valid certificate for a name that nobody asked for: <c>wrong.invalid</c>.</summary>
    public X509Certificate2 ForWrongName() => For("wrong.invalid");

    /// <summary>A certificate for these names that expired yesterday.</summary>
    /// <param name="names">Host names and IP addresses; the first is the subject.</param>
    public X509Certificate2 Expired(params string[] names) => Issue(names, fromDays: -30, toDays: -1);

    /// <summary>A certificate for these names that becomes valid tomorrow.</summary>
    /// <param name="names">Host names and IP addresses; the first is the subject.</param>
    public X509Certificate2 NotYetValid(params string[] names) => Issue(names, fromDays: 1, toDays: 30);

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer.Dispose();
        Authority.Dispose();
    }

    private static CertificateRequest RequestFor(string[] names, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Length, nameof(names));
        var request = new CertificateRequest(new X500DistinguishedName($"CN={names[0]}"), key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        return request;
    }

    /// <summary>Windows takes no key for TLS that lives in memory only; by way of PKCS #12 it does.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    private X509Certificate2 Issue(string[] names, int fromDays, int toDays)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        using X509Certificate2 issued = RequestFor(names, key).Create(_signer, now.AddDays(fromDays), now.AddDays(toDays), serial);
        using X509Certificate2 certificate = issued.CopyWithPrivateKey(key);
        return Usable(certificate);
    }
}
