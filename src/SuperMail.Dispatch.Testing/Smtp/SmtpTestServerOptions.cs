using System.Security.Cryptography.X509Certificates;

namespace SuperMail.Dispatch.Testing;

/// <summary>What the server offers and how it behaves where servers differ. The defaults are those of a common relay
/// without STARTTLS and AUTH. Values are read when they matter, so that a test may change them while the server
/// runs: a capability that is switched off is gone from the next EHLO on.</summary>
public sealed class SmtpTestServerOptions
{
    /// <summary>The name in greeting and EHLO reply, and in the server's own certificate. Default <c>smtp.test</c>.</summary>
    public string HostName { get; set; } = "smtp.test";

    /// <summary>The greeting after <c>220 </c>; null gives <c>HostName ESMTP</c>.</summary>
    public string? Greeting { get; set; }

    /// <summary>Offers PIPELINING (RFC 2920). Default true. Groups are answered in order either way.</summary>
    public bool Pipelining { get; set; } = true;

    /// <summary>Offers CHUNKING (RFC 3030) and knows BDAT. Default true.</summary>
    public bool Chunking { get; set; } = true;

    /// <summary>Offers 8BITMIME (RFC 6152) and knows BODY. Default true.</summary>
    public bool EightBitMime { get; set; } = true;

    /// <summary>Offers SMTPUTF8 (RFC 6531). Default true.</summary>
    public bool SmtpUtf8 { get; set; } = true;

    /// <summary>Offers ENHANCEDSTATUSCODES (RFC 2034); when off, the server's own replies carry none. Default true.</summary>
    public bool EnhancedStatusCodes { get; set; } = true;

    /// <summary>Offers DSN (RFC 3461) and knows RET, ENVID, NOTIFY, ORCPT. Default true.</summary>
    public bool Dsn { get; set; } = true;

    /// <summary>Offers SIZE (RFC 1870) with this limit in octets; 0 means SIZE without a limit, null does not offer it.
    /// Default 52,428,800 (50 MiB).</summary>
    public long? SizeLimit { get; set; } = 50 * 1024 * 1024;

    /// <summary>Further lines for the EHLO reply, as they are, for example <c>XCLIENT NAME ADDR</c>.</summary>
    public IReadOnlyList<string> FurtherCapabilities { get; set; } = [];

    /// <summary>Offers STARTTLS (RFC 3207). Default false.</summary>
    public bool StartTls { get; set; }

    /// <summary>TLS from the first octet (RFC 8314 §3). Default false.</summary>
    public bool ImplicitTls { get; set; }

    /// <summary>Answers MAIL and AUTH with 530 until the connection is encrypted. Default false.</summary>
    public bool RequireTls { get; set; }

    /// <summary>The certificate with its private key; null lets the server make one for <c>localhost</c>,
    /// <c>127.0.0.1</c> and <see cref="HostName"/>, issued by <see cref="SmtpTestServer.Authority"/>.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Offers AUTH (RFC 4954) with these mechanisms: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, XOAUTH2,
    /// OAUTHBEARER. Default none. Names the server does not know are offered and answered 504.</summary>
    public IReadOnlyList<string> AuthMechanisms { get; set; } = [];

    /// <summary>The user that may log in. Default <c>user</c>.</summary>
    public string UserName { get; set; } = "user";

    /// <summary>The user's password. Default <c>password</c>.</summary>
    public string Password { get; set; } = "password";

    /// <summary>The user's access token for XOAUTH2 and OAUTHBEARER. Default <c>token</c>.</summary>
    public string AccessToken { get; set; } = "token";

    /// <summary>Answers MAIL with 530 5.7.0 before a login. Default false.</summary>
    public bool RequireAuthentication { get; set; }

    /// <summary>Treats input that came before its turn as an error: <c>554 5.5.0 improper command pipelining</c> and
    /// close. Without PIPELINING that is anything behind a command that was not yet answered; with it, anything
    /// behind a command that must end its group (RFC 2920 §3.1). Default false: it is simply answered in order.</summary>
    public bool RefuseEarlyInput { get; set; }

    /// <summary>Answers DATA with 354 although every recipient was refused, which RFC 2920 §3.1 tells clients to
    /// reckon with; the end of data is then answered 554. Default false: DATA gets 554 at once.</summary>
    public bool AcceptDataWithoutRecipients { get; set; }

    /// <summary>Does not discard the chunk of a BDAT that is refused for its envelope, but goes on to read it as
    /// commands: the fault behind smuggling by BDAT. Default false.</summary>
    public bool ReadRefusedChunksAsCommands { get; set; }

    /// <summary>Keeps sender and recipients after a refused BDAT, so that a further BDAT would deliver to them; RFC 3030
    /// §2 calls that state indeterminate and demands RSET. Default false: the transaction is over after BDAT LAST.</summary>
    public bool KeepTransactionAfterRefusedBdat { get; set; }

    /// <summary>Throws away what it has read ahead whenever it answers with an error, as some servers do to talkers out of
    /// turn: commands of a group behind a refused one are never answered. Default false.</summary>
    public bool FlushInputAfterErrors { get; set; }

    /// <summary>After this many 4xx and 5xx replies since the last accepted message the server says 421 4.7.0 and
    /// closes, as Postfix does (<c>smtpd_hard_error_limit</c>). Default null: never.</summary>
    public int? ErrorLimit { get; set; }

    /// <summary>Messages a connection may carry. Default null: any number.</summary>
    public int? MessageLimit { get; set; }

    /// <summary>What MAIL is answered beyond <see cref="MessageLimit"/>, for example <c>421 4.7.0 too many
    /// messages</c>; the server closes after it. Default null: it closes without a word right after the reply to the
    /// last message.</summary>
    public string? MessageLimitReply { get; set; }

    /// <summary>Sends every reply byte by byte, each in a write of its own. Default false.</summary>
    public bool DribbleReplies { get; set; }

    /// <summary>Keeps each accepted message in <see cref="SmtpTestServer.Messages"/>; when off they are only counted,
    /// for speed. Default true.</summary>
    public bool KeepMessages { get; set; } = true;

    /// <summary>Called with each accepted message before it is answered, kept or not; on the connection's thread, so on
    /// several at once. Default null.</summary>
    public Action<ReceivedMessage>? OnMessage { get; set; }

    /// <summary>Keeps each connection in <see cref="SmtpTestServer.Connections"/>; when off they are only counted, so that
    /// a long run does not grow. Default true.</summary>
    public bool KeepConnections { get; set; } = true;

    /// <summary>Keeps the lines of each conversation in <see cref="SmtpTestConnection.Log"/>. Default true.</summary>
    public bool KeepLog { get; set; } = true;

    /// <summary>The clock of <see cref="SmtpAction.After(TimeSpan)"/>. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Somebody will look at the messages.</summary>
    internal bool NeedsMessages => KeepMessages || OnMessage is not null;

    /// <summary>RFC 5321 alone: no extension is offered, EHLO answers with one line.</summary>
    public static SmtpTestServerOptions WithoutExtensions() => new()
    {
        Pipelining = false,
        Chunking = false,
        EightBitMime = false,
        SmtpUtf8 = false,
        EnhancedStatusCodes = false,
        Dsn = false,
        SizeLimit = null,
    };
}
