namespace SuperMail.Dispatch.Smtp;

/// <summary>What the settings want of TLS.</summary>
/// <param name="Mode">Resolved: never <see cref="SmtpTlsMode.Auto"/>.</param>
/// <param name="IsLenient">
/// Opportunistic (RFC 7435): nothing secret is at stake, so an untrusted certificate is better than clear text and
/// clear text better than no mail.
/// </param>
internal readonly record struct TlsPolicy(SmtpTlsMode Mode, bool IsLenient)
{
    private const int ImplicitPort = 465;

    /// <summary>No fallback to clear text.</summary>
    public bool IsRequired => Mode is SmtpTlsMode.StartTls or SmtpTlsMode.Implicit;

    public static TlsPolicy Of(EmailSettings settings, bool hasLogin)
    {
        var mode = settings.TlsMode switch
        {
            // RFC 8314 §3.3: TLS from the first byte on the submissions port.
            SmtpTlsMode.Auto when settings.UseSsl => settings.Port == ImplicitPort ? SmtpTlsMode.Implicit : SmtpTlsMode.StartTls,
            SmtpTlsMode.Auto => SmtpTlsMode.StartTlsWhenAvailable,
            SmtpTlsMode.StartTlsWhenAvailable when settings.UseSsl => SmtpTlsMode.StartTls,
            var chosen => chosen,
        };
        return new TlsPolicy(mode, mode == SmtpTlsMode.StartTlsWhenAvailable && !hasLogin);
    }
}
