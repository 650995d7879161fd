using System.Text;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>SMTP as a table: which command is in order when, what judges it, what it does.</summary>
internal static class ProtocolTable
{
    private const SessionState Open = SessionState.Any & ~SessionState.Fresh;

    public static readonly CommandRow Connect = new(SmtpVerb.Connect, "", SessionState.Any, "2")
    {
        Check = static (s, _) => s.Greeting(),
    };

    public static readonly CommandRow TlsHandshake = new(SmtpVerb.TlsHandshake, "", SessionState.Any, "")
    {
        Check = static (_, _) => null,
        Then = static s => s.SecureAsync(),
    };

    public static readonly CommandRow Content = new(SmtpVerb.Content, "", SessionState.Any, "")
    {
        Check = static (_, _) => null,
    };

    public static readonly CommandRow EndOfData = new(SmtpVerb.EndOfData, "", SessionState.Any, "2")
    {
        Check = static (s, _) => s.JudgeContent(),
        Apply = static (s, _) => s.Deliver(byBdat: false),
        Refuse = static s => s.EndTransaction(),
    };

    public static readonly CommandRow Bdat = new(SmtpVerb.Bdat, "BDAT", SessionState.Addressed | SessionState.Chunks, "2")
    {
        Check = static (s, _) => s.JudgeContent(),
        Apply = static (s, _) => s.State = SessionState.Chunks,
        Refuse = static s => s.State = SessionState.Spoiled,
    };

    public static readonly CommandRow BdatLast = Bdat with
    {
        Check = static (s, _) => s.JudgeContent(),
        Apply = static (s, _) => s.Deliver(byBdat: true),
        Refuse = static s => s.RefuseLastChunk(),
        AlsoScriptedAs = SmtpVerb.EndOfData,
    };

    public static readonly CommandRow BdatSyntax = Bdat with
    {
        Check = static (_, _) => Replies.Syntax,
        Refuse = static _ => { },
    };

    /// <summary>A server that does not offer CHUNKING does not know BDAT, and takes the chunk for commands.</summary>
    public static readonly CommandRow BdatNotOffered = BdatSyntax with
    {
        Allowed = SessionState.Any,
        Check = static (_, _) => Replies.NotOffered,
    };

    public static readonly CommandRow AuthResponse = new(SmtpVerb.AuthResponse, "", SessionState.Any, "23")
    {
        Check = static (s, line) => s.Authentication.Continue(line.Span),
        Apply = static (s, digit) => s.Authenticate(digit),
    };

    public static readonly CommandRow Unknown = new(SmtpVerb.Unknown, "", SessionState.Any, "2")
    {
        Check = static (_, _) => Replies.UnknownCommand,
    };

    /// <summary>RFC 2920 §3.1, as Postfix answers those who talk out of turn.</summary>
    public static readonly CommandRow EarlyInput = new(SmtpVerb.Unknown, "", SessionState.Any, "")
    {
        Check = static (s, _) => s.CloseWith(Replies.EarlyInput),
    };

    private static readonly CommandRow LineTooLong = Unknown with { Check = static (_, _) => Replies.LineTooLong };

    private static readonly CommandRow BareLineEnd = Unknown with { Check = static (_, _) => Replies.BareLineEnd };

    private static readonly CommandRow[] Commands =
    [
        new(SmtpVerb.Mail, "MAIL", SessionState.Ready, "2")
        {
            Check = static (s, argument) => s.JudgeMail(argument),
            Apply = static (s, _) => s.OpenTransaction(),
        },
        new(SmtpVerb.Rcpt, "RCPT", SessionState.Sender | SessionState.Addressed, "2")
        {
            Check = static (s, argument) => s.Transaction.JudgeRecipient(argument, s.Options),
            Apply = static (s, _) => s.AddRecipient(),
        },
        new(SmtpVerb.Data, "DATA", SessionState.Addressed, "3")
        {
            Check = static (_, argument) => argument.IsEmpty ? Replies.GoAhead : Replies.Syntax,
            Then = static s => s.ReceiveDataAsync(),
            EndsGroup = true,
        },
        Bdat,
        new(SmtpVerb.Rset, "RSET", SessionState.Any, "2")
        {
            Check = static (_, argument) => argument.IsEmpty ? Replies.Ok : Replies.Syntax,
            Apply = static (s, _) => s.EndTransaction(),
        },
        new(SmtpVerb.Quit, "QUIT", SessionState.Any, "2")
        {
            Check = static (_, argument) => argument.IsEmpty ? Replies.Bye : Replies.Syntax,

            // Before 221 is written: who reconnects on reading it must not be counted as one too many.
            Apply = static (s, _) => s.Leave(),
            Then = static s => s.EndAsync(SmtpEnding.Close),
            EndsGroup = true,
        },
        new(SmtpVerb.Ehlo, "EHLO", SessionState.Any, "2")
        {
            Check = static (s, argument) => argument.IsEmpty ? Replies.Syntax : s.Capabilities(),
            Apply = static (s, _) => s.Greet(),
            EndsGroup = true,
        },
        new(SmtpVerb.Helo, "HELO", SessionState.Any, "2")
        {
            Check = static (s, argument) => argument.IsEmpty ? Replies.Syntax : new Reply(250, null, s.Options.HostName),
            Apply = static (s, _) => s.Greet(),
            EndsGroup = true,
        },
        new(SmtpVerb.StartTls, "STARTTLS", SessionState.Ready, "2")
        {
            Check = static (s, argument) => s.JudgeStartTls(argument),
            Then = static s => s.StepAsync(TlsHandshake, default),
            EndsGroup = true,
        },
        new(SmtpVerb.Auth, "AUTH", SessionState.Ready, "23")
        {
            Check = static (s, argument) => s.JudgeAuth(argument),
            Apply = static (s, digit) => s.Authenticate(digit),
            EndsGroup = true,
        },
        new(SmtpVerb.Noop, "NOOP", SessionState.Any, "2") { Check = static (_, _) => Replies.Ok, EndsGroup = true },
        new(SmtpVerb.Vrfy, "VRFY", Open, "2")
        {
            Check = static (_, argument) => argument.IsEmpty ? Replies.Syntax : Replies.CannotVerify,
            EndsGroup = true,
        },
        new(SmtpVerb.Help, "HELP", SessionState.Any, "2") { Check = static (_, _) => Replies.Help },
    ];

    /// <summary>The row of the line's command word, and what follows the word.</summary>
    public static CommandRow Find(ReadOnlyMemory<byte> line, out ReadOnlyMemory<byte> argument)
    {
        int space = line.Span.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? line.Span : line.Span[..space];
        foreach (CommandRow row in Commands)
        {
            if (Ascii.EqualsIgnoreCase(word, row.Word))
            {
                argument = space < 0 ? default : line[(space + 1)..];
                return row;
            }
        }

        argument = line;
        return Unknown;
    }

    /// <summary>The row of a line that is no proper line.</summary>
    public static CommandRow Unreadable(Reply fault) => fault == Replies.LineTooLong ? LineTooLong : BareLineEnd;

    /// <summary>The reply to a command that its state does not allow.</summary>
    public static Reply OutOfOrder(SmtpVerb verb, SessionState state) => (verb, state) switch
    {
        (_, SessionState.Fresh) => Replies.HelloFirst,
        (SmtpVerb.StartTls or SmtpVerb.Auth or SmtpVerb.Vrfy, _) => Replies.NotNow,
        (_, SessionState.Spoiled) => Replies.NeedRset,
        (SmtpVerb.Mail, SessionState.Sender or SessionState.Addressed) => Replies.NestedMail,
        (_, SessionState.Ready) => Replies.NeedMail,
        (SmtpVerb.Data or SmtpVerb.Bdat, SessionState.Sender) => Replies.NoRecipients,
        (_, SessionState.Chunks) => Replies.DataAfterBdat,
        _ => Replies.NotNow,
    };
}
