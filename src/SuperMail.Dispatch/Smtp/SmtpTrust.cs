using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SuperMail.Dispatch.Smtp;

/// <summary>The certificates of a lane: what the builder was given, and what the settings name by path.</summary>
/// <param name="callback">The host's own judgement of the relay's certificate; it replaces ours. Null = none.</param>
/// <param name="clientCertificates">Client certificates; they go before <see cref="EmailSettings.ClientCertificatePath"/>.</param>
internal sealed class SmtpTrust(
    RemoteCertificateValidationCallback? callback = null, X509CertificateCollection? clientCertificates = null)
{
    private readonly ConcurrentDictionary<(string Path, string? Password, DateTime Written), X509Certificate2Collection> _files = new();

    public RemoteCertificateValidationCallback? Callback { get; } = callback;

    /// <summary>The private CAs of <see cref="EmailSettings.TrustedCertificatesPath"/>; empty when there is none.</summary>
    public X509Certificate2Collection Authorities(EmailSettings settings, SmtpFaults faults) =>
        Read(settings.TrustedCertificatesPath, null, nameof(EmailSettings.TrustedCertificatesPath), faults, static (path, _) =>
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities;
        });

    /// <summary>The certificates that we show; empty when there are none.</summary>
    public X509CertificateCollection ClientCertificates(EmailSettings settings, SmtpFaults faults) =>
        clientCertificates is { Count: > 0 }
            ? clientCertificates
            : Read(settings.ClientCertificatePath, settings.ClientCertificatePassword, nameof(EmailSettings.ClientCertificatePath), faults, static (path, password) =>
            {
                var isPem = File.ReadAllText(path).Contains("-----BEGIN", StringComparison.Ordinal);
                return [isPem ? ReadPem(path, password) : X509CertificateLoader.LoadPkcs12FromFile(path, password)];
            });

    private static X509Certificate2 ReadPem(string path, string? password)
    {
        using var certificate = password is null
            ? X509Certificate2.CreateFromPemFile(path)
            : X509Certificate2.CreateFromEncryptedPemFile(path, password);

        // A key that lives in memory only is not shown by TLS on every platform; one from PKCS#12 is.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2Collection Read(
        string? path, string? password, string setting, SmtpFaults faults, Func<string, string?, X509Certificate2Collection> read)
    {
        if (string.IsNullOrEmpty(path))
        {
            return [];
        }

        try
        {
            // Read once, and again when the file has changed.
            return _files.GetOrAdd(
                (path, password, File.GetLastWriteTimeUtc(path)), static (key, read) => read(key.Path, key.Password), read);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw faults.At(
                TransportFault.Configuration, DeliveryPhase.Tls, "a certificate file cannot be read:", $"{SmtpFaults.Setting(setting, path)}.", e);
        }
    }
}
