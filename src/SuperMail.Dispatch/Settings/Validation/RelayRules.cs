namespace SuperMail.Dispatch.Settings;

/// <summary>The rules of the connection: where the relay is, how it is secured, who logs in.</summary>
internal static class RelayRules
{
    public static void Check(EmailSettings email, SettingsScope scope, SettingsFaults faults)
    {
        CheckHost(email, scope, faults);
        CheckTls(email, faults);
        CheckLogin(email, scope, faults);
        CheckFiles(email, faults);
    }

    private static void CheckHost(EmailSettings email, SettingsScope scope, SettingsFaults faults)
    {
        if (string.IsNullOrEmpty(email.Host))
        {
            if (!scope.HasOwnTransport)
            {
                faults.Add(nameof(email.Host), null, "is required: the IP address or host name of the relay");
            }
        }
        else if (HostName.Fault(email.Host) is { } rule)
        {
            faults.Add(nameof(email.Host), HostName.Shown(email.Host), rule);
        }

        faults.Range(nameof(email.Port), email.Port, 1, 65_535);
        if (!string.IsNullOrEmpty(email.LocalName) && !HostName.IsHelloName(email.LocalName))
        {
            // RFC 5321 §4.1.1.1; a line break here would be a command of its own.
            faults.Add(nameof(email.LocalName), email.LocalName, "must be an ASCII host name, or an IP address in [brackets]");
        }
    }

    private static void CheckTls(EmailSettings email, SettingsFaults faults)
    {
        faults.Defined(nameof(email.TlsMode), email.TlsMode);
        if (email.UseSsl && email.TlsMode is SmtpTlsMode.None or SmtpTlsMode.StartTlsWhenAvailable)
        {
            faults.AddBare(nameof(email.TlsMode), email.TlsMode,
                $"contradicts {faults.PathOf(nameof(email.UseSsl))} = True; must be Auto, StartTls or Implicit, or UseSsl must be false");
        }

        if (email.TlsMode == SmtpTlsMode.None && !string.IsNullOrEmpty(email.ClientCertificatePath))
        {
            faults.Add(nameof(email.ClientCertificatePath), email.ClientCertificatePath,
                $"needs TLS, but {faults.PathOf(nameof(email.TlsMode))} = None");
        }
    }

    private static void CheckLogin(EmailSettings email, SettingsScope scope, SettingsFaults faults)
    {
        faults.Defined(nameof(email.Authentication), email.Authentication);
        var hasUser = !string.IsNullOrEmpty(email.UserName);
        var hasPassword = !string.IsNullOrEmpty(email.Password);
        var takesToken = email.Authentication is SmtpAuthentication.Auto or SmtpAuthentication.XOAuth2 or SmtpAuthentication.OAuthBearer;
        var hasToken = takesToken && scope.HasTokenProvider;

        switch (email.Authentication)
        {
            case SmtpAuthentication.XOAuth2 or SmtpAuthentication.OAuthBearer when !scope.HasTokenProvider:
                faults.AddBare(nameof(email.Authentication), email.Authentication, "needs a token provider (ISmtpTokenProvider); none is registered");
                break;
            case SmtpAuthentication.Plain or SmtpAuthentication.Login or SmtpAuthentication.CramMd5 or SmtpAuthentication.ScramSha256 when !hasUser && !hasPassword:
                faults.AddBare(nameof(email.Authentication), email.Authentication,
                    $"needs {faults.PathOf(nameof(email.UserName))} and {nameof(email.Password)}, which are not set");
                break;
        }

        if (!hasUser && (hasPassword || hasToken))
        {
            faults.AddSecret(nameof(email.UserName), email.UserName, hasPassword
                ? "must be set when Password is: both or neither"
                : "must be set when a token provider is registered");
        }

        if (hasUser && !hasPassword && !hasToken && !(takesToken && email.Authentication != SmtpAuthentication.Auto))
        {
            faults.AddSecret(nameof(email.Password), email.Password, "must be set when UserName is: both or neither, unless a token provider is registered");
        }

        CheckCharacters(nameof(email.UserName), email.UserName, faults);
        CheckCharacters(nameof(email.Password), email.Password, faults);

        // No password leaves in clear text: this login could never take place.
        if (hasUser && email.TlsMode == SmtpTlsMode.None && !email.AllowPlaintextAuthentication
            && !string.IsNullOrEmpty(email.Host) && !HostName.IsLoopback(email.Host))
        {
            faults.AddBare(nameof(email.TlsMode), email.TlsMode,
                $"forbids the login to a relay that is not on loopback; set {nameof(email.AllowPlaintextAuthentication)} to allow it in clear text");
        }
    }

    // RFC 4616 §2 parts the fields with NUL; no mechanism carries line breaks.
    private static void CheckCharacters(string option, string? value, SettingsFaults faults)
    {
        if (value is not null && value.AsSpan().ContainsAny('\0', '\r', '\n'))
        {
            faults.AddSecret(option, value, "must not hold NUL or line breaks");
        }
    }

    private static void CheckFiles(EmailSettings email, SettingsFaults faults)
    {
        CheckFile(nameof(email.ClientCertificatePath), email.ClientCertificatePath, faults);
        CheckFile(nameof(email.TrustedCertificatesPath), email.TrustedCertificatesPath, faults);
        if (!string.IsNullOrEmpty(email.ClientCertificatePassword) && string.IsNullOrEmpty(email.ClientCertificatePath))
        {
            faults.AddSecret(nameof(email.ClientCertificatePassword), email.ClientCertificatePassword,
                $"needs {faults.PathOf(nameof(email.ClientCertificatePath))}, which is not set");
        }
    }

    private static void CheckFile(string option, string? path, SettingsFaults faults)
    {
        if (!string.IsNullOrEmpty(path) && !File.Exists(path))
        {
            faults.Add(option, path, "must name a file that exists and can be read");
        }
    }
}
