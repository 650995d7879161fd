namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>Everything the server says of its own accord.</summary>
internal static class Replies
{
    public static readonly Reply Ok = new(250, "2.0.0", "Ok");
    public static readonly Reply SenderOk = new(250, "2.1.0", "Ok");
    public static readonly Reply RecipientOk = new(250, "2.1.5", "Ok");
    public static readonly Reply Queued = new(250, "2.0.0", "Ok: queued");
    public static readonly Reply Bye = new(221, "2.0.0", "Bye");
    public static readonly Reply ReadyForTls = new(220, "2.0.0", "Ready to start TLS");
    public static readonly Reply CannotVerify = new(252, "2.5.0", "Cannot VRFY user, but will accept the message");
    public static readonly Reply Help = new(214, "2.0.0", "See RFC 5321");
    public static readonly Reply GoAhead = new(354, null, "End data with <CR><LF>.<CR><LF>");
    public static readonly Reply LoggedIn = new(235, "2.7.0", "Authentication successful");

    public static readonly Reply TooManyErrors = new(421, "4.7.0", "Error: too many errors");

    public static readonly Reply UnknownCommand = new(500, "5.5.2", "Error: command not recognized");
    public static readonly Reply LineTooLong = new(500, "5.5.2", "Error: line too long");
    public static readonly Reply BareLineEnd = new(500, "5.5.2", "Error: bare CR, bare LF or NUL in a command");
    public static readonly Reply Syntax = new(501, "5.5.4", "Syntax error in parameters");
    public static readonly Reply BadAddress = new(501, "5.1.3", "Bad address syntax");
    public static readonly Reply BadSenderAddress = new(501, "5.1.7", "Bad sender address syntax");
    public static readonly Reply NotAsciiAddress = new(553, "5.6.7", "Address is not ASCII and SMTPUTF8 was not asked for");
    public static readonly Reply BadBase64 = new(501, "5.5.2", "Error: cannot decode base64");
    public static readonly Reply AuthenticationCancelled = new(501, "5.7.0", "Authentication cancelled");
    public static readonly Reply NotOffered = new(502, "5.5.1", "Error: command not implemented");
    public static readonly Reply HelloFirst = new(503, "5.5.1", "Error: send HELO/EHLO first");
    public static readonly Reply NestedMail = new(503, "5.5.1", "Error: nested MAIL command");
    public static readonly Reply NeedMail = new(503, "5.5.1", "Error: need MAIL command");
    public static readonly Reply NeedRset = new(503, "5.5.1", "Error: need RSET after a refused BDAT");
    public static readonly Reply DataAfterBdat = new(503, "5.5.1", "Error: DATA, MAIL or RCPT within BDAT");
    public static readonly Reply NotNow = new(503, "5.5.1", "Error: bad sequence of commands");
    public static readonly Reply AlreadyTls = new(503, "5.5.1", "Error: TLS already active");
    public static readonly Reply AlreadyLoggedIn = new(503, "5.5.1", "Error: already authenticated");
    public static readonly Reply UnknownMechanism = new(504, "5.5.4", "Unrecognized authentication type");
    public static readonly Reply LoginFirst = new(530, "5.7.0", "Authentication required");
    public static readonly Reply TlsFirst = new(530, "5.7.0", "Must issue a STARTTLS command first");
    public static readonly Reply LoginRefused = new(535, "5.7.8", "Authentication credentials invalid");
    public static readonly Reply TooBig = new(552, "5.3.4", "Message size exceeds fixed limit");
    public static readonly Reply EarlyInput = new(554, "5.5.0", "Error: improper command pipelining");
    public static readonly Reply NoRecipients = new(554, "5.5.1", "Error: no valid recipients");
    public static readonly Reply UnknownParameter = new(555, "5.5.4", "Unsupported MAIL or RCPT parameter");
}
