namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The mail transaction of a session (RFC 5321 §3.3): sender, recipients, their parameters. A judged
/// path waits until its command takes effect.</summary>
internal sealed class Transaction
{
    private readonly List<string> _recipients = [];
    private readonly List<IReadOnlyDictionary<string, string?>> _recipientParameters = [];
    private MailPath _judged;

    public string? From { get; private set; }

    public IReadOnlyDictionary<string, string?> MailParameters { get; private set; } = MailPath.NoParameters;

    public IReadOnlyList<string> Recipients => _recipients;

    public IReadOnlyList<IReadOnlyDictionary<string, string?>> RecipientParameters => _recipientParameters;

    public Reply JudgeSender(ReadOnlyMemory<byte> argument, SmtpTestServerOptions options)
    {
        if (!MailPath.TryParse(argument.Span, "FROM:"u8, SmtpVerb.Mail, options, out _judged, out Reply fault))
        {
            return fault;
        }

        if (!_judged.IsNull && !_judged.IsMailbox)
        {
            return Replies.BadSenderAddress;
        }

        if (!_judged.IsAscii && !_judged.Parameters.ContainsKey("SMTPUTF8"))
        {
            return Replies.NotAsciiAddress;
        }

        // RFC 1870 §6.1: a declared size beyond the limit is refused at MAIL.
        bool tooBig = options.SizeLimit is > 0 and var limit
            && _judged.Parameters.TryGetValue("SIZE", out string? size)
            && (!long.TryParse(size, out long octets) || octets > limit);
        return tooBig ? Replies.TooBig : Replies.SenderOk;
    }

    public Reply JudgeRecipient(ReadOnlyMemory<byte> argument, SmtpTestServerOptions options)
    {
        if (!MailPath.TryParse(argument.Span, "TO:"u8, SmtpVerb.Rcpt, options, out _judged, out Reply fault))
        {
            return fault;
        }

        // RFC 5321 §4.1.1.3: postmaster alone is the one mailbox without a domain.
        if (!_judged.IsMailbox && !_judged.IsPostmaster)
        {
            return Replies.BadAddress;
        }

        return _judged.IsAscii || MailParameters.ContainsKey("SMTPUTF8") ? Replies.RecipientOk : Replies.NotAsciiAddress;
    }

    public void Open()
    {
        Clear();
        From = _judged.Address ?? "";
        MailParameters = _judged.Parameters ?? MailPath.NoParameters;
    }

    public void AddRecipient()
    {
        _recipients.Add(_judged.Address ?? "");
        _recipientParameters.Add(_judged.Parameters ?? MailPath.NoParameters);
    }

    public void Clear()
    {
        From = null;
        MailParameters = MailPath.NoParameters;
        _recipients.Clear();
        _recipientParameters.Clear();
        _judged = default;
    }
}
