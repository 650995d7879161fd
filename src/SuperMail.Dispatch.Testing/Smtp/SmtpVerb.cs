namespace SuperMail.Dispatch.Testing;

/// <summary>The moments of an SMTP conversation that a rule can answer: the commands of RFC 5321 and its
/// extensions, and the points between them at which a connection can be delayed or cut.</summary>
public enum SmtpVerb
{
    /// <summary>A line that is no command this server knows; answered 500 5.5.2.</summary>
    Unknown,

    /// <summary>A client has connected; the reply is the greeting.</summary>
    Connect,

    /// <summary>EHLO (RFC 5321 §4.1.1.1); the reply lists the capabilities.</summary>
    Ehlo,

    /// <summary>HELO (RFC 5321 §4.1.1.1).</summary>
    Helo,

    /// <summary>STARTTLS (RFC 3207).</summary>
    StartTls,

    /// <summary>The TLS handshake is about to begin, after STARTTLS or with implicit TLS.
    /// It has no reply of its own: whatever a rule sends here goes out in clear, where TLS is expected.</summary>
    TlsHandshake,

    /// <summary>AUTH with its initial response, if any (RFC 4954).</summary>
    Auth,

    /// <summary>The client's line after a 334 challenge.</summary>
    AuthResponse,

    /// <summary>MAIL FROM (RFC 5321 §4.1.1.2).</summary>
    Mail,

    /// <summary>RCPT TO (RFC 5321 §4.1.1.3).</summary>
    Rcpt,

    /// <summary>DATA (RFC 5321 §4.1.1.4); the reply is 354 or a refusal.</summary>
    Data,

    /// <summary>A block of content has arrived, by DATA or BDAT. It has no reply of its own;
    /// <see cref="ReceivedCommand.ContentLength"/> tells how much has come so far, so that a rule can cut
    /// in the middle.</summary>
    Content,

    /// <summary>The content is complete: the lone dot of DATA, or the last octet of BDAT LAST when no rule for
    /// <see cref="Bdat"/> matched, so that one script serves both.</summary>
    EndOfData,

    /// <summary>BDAT (RFC 3030), each chunk; answered after the chunk was read.</summary>
    Bdat,

    /// <summary>RSET (RFC 5321 §4.1.1.5).</summary>
    Rset,

    /// <summary>NOOP (RFC 5321 §4.1.1.9).</summary>
    Noop,

    /// <summary>VRFY (RFC 5321 §4.1.1.6); answered 252.</summary>
    Vrfy,

    /// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
    Help,

    /// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
    Quit,
}
