using System.Net.Security;
using System.Security.Authentication;
using SuperMail.Dispatch.Testing.Authentication;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>What the rows of the protocol table judge and do.</summary>
internal sealed partial class SmtpSession
{
    public Transaction Transaction { get; } = new();

    public AuthenticationExchange Authentication { get; } = new();

    private MessageContent Content { get; } = new();

    public Reply Greeting() => new(220, null, Options.Greeting ?? Options.HostName + " ESMTP");

    public Reply Capabilities() => Reply.OfLines(250, Protocol.Capabilities.Of(Options, connection.IsTls));

    public Reply JudgeStartTls(ReadOnlyMemory<byte> argument) =>
        !Options.StartTls ? Replies.NotOffered
        : connection.IsTls ? Replies.AlreadyTls
        : argument.IsEmpty ? Replies.ReadyForTls
        : Replies.Syntax;

    public Reply JudgeAuth(ReadOnlyMemory<byte> argument) =>
        Options.AuthMechanisms.Count == 0 ? Replies.NotOffered
        : connection.User is not null ? Replies.AlreadyLoggedIn
        : Options.RequireTls && !connection.IsTls ? Replies.TlsFirst
        : Authentication.Begin(argument.Span, Options);

    public Reply JudgeMail(ReadOnlyMemory<byte> argument) =>
        Options.RequireTls && !connection.IsTls ? Replies.TlsFirst
        : Options.RequireAuthentication && connection.User is null ? Replies.LoginFirst
        : Options.MessageLimitReply is { } enough && connection.MessagesAccepted >= Options.MessageLimit ? Reply.Verbatim(enough)
        : Transaction.JudgeSender(argument, Options);

    public Reply JudgeContent() =>
        Transaction.Recipients.Count == 0 ? Replies.NoRecipients
        : Content.IsTooBig ? Replies.TooBig
        : Replies.Queued;

    public Reply CloseWith(Reply reply)
    {
        _closeAfterReply = true;
        return reply;
    }

    public void Greet()
    {
        Transaction.Clear();
        State = SessionState.Ready;
    }

    public void OpenTransaction()
    {
        Transaction.Open();
        State = SessionState.Sender;
    }

    public void AddRecipient()
    {
        Transaction.AddRecipient();
        State = SessionState.Addressed;
    }

    public void EndTransaction()
    {
        Transaction.Clear();
        if (State != SessionState.Fresh)
        {
            State = SessionState.Ready;
        }
    }

    public void RefuseLastChunk()
    {
        if (Options.KeepTransactionAfterRefusedBdat)
        {
            State = SessionState.Addressed;
        }
        else
        {
            EndTransaction();
        }
    }

    public void Deliver(bool byBdat)
    {
        _errorsSinceMessage = 0;
        int number = server.Counters.CountMessage();
        _closeAfterReply = connection.CountMessage() >= Options.MessageLimit && Options.MessageLimitReply is null;
        if (Options.NeedsMessages)
        {
            server.Keep(new ReceivedMessage
            {
                Number = number,
                Connection = connection.Number,
                From = Transaction.From ?? "",
                Recipients = [.. Transaction.Recipients],
                MailParameters = Transaction.MailParameters,
                RecipientParameters = [.. Transaction.RecipientParameters],
                Content = Content.ToArray(),
                ByBdat = byBdat,
                OverTls = connection.IsTls,
                User = connection.User,
            });
        }

        EndTransaction();
        server.Signals.Pulse();
    }

    public void Authenticate(char digit)
    {
        Authentication.InProgress = digit == '3';
        if (digit == '2')
        {
            connection.User = Authentication.User ?? Options.UserName;
        }
    }

    public async ValueTask SecureAsync()
    {
        await _wire.FlushAsync(_stopping).ConfigureAwait(false);
        var secured = new SslStream(_wire.Stream);
        try
        {
            await secured.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, _stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            Note("C: (TLS handshake failed)");
            throw;
        }
        finally
        {
            _wire.Upgrade(secured);
        }

        connection.IsTls = true;
        Transaction.Clear();
        State = SessionState.Fresh;
    }

    public async ValueTask ReceiveDataAsync()
    {
        var end = default(EndOfData);
        bool found;
        Content.Begin();
        do
        {
            found = end.Find(_wire.Buffered.Span, out int content, out int consumed);
            Content.AppendUnstuffed(_wire.Buffered.Span[..content], Options);
            _wire.Consume(consumed);
            await ContentArrivedAsync(content).ConfigureAwait(false);
            if (!found && !_over)
            {
                await ReadMoreAsync().ConfigureAwait(false);
            }
        }
        while (!found && !_over);

        NoteContent(found);
        if (!_over)
        {
            bool early = Options.RefuseEarlyInput && !Options.Pipelining && _wire.HasInput;
            await StepAsync(early ? ProtocolTable.EarlyInput : ProtocolTable.EndOfData, default).ConfigureAwait(false);
        }
    }

    /// <summary>The chunk is read before it is judged: whether wanted or not, its octets are no commands.</summary>
    private async ValueTask ReceiveChunkAsync(ReadOnlyMemory<byte> argument)
    {
        CommandRow row = Chunk.RowOf(argument.Span, Options, out long left);
        bool wanted = IsInOrder(row);
        if (!wanted && Options.ReadRefusedChunksAsCommands)
        {
            left = 0;
        }

        if (State == SessionState.Addressed)
        {
            Content.Begin();
        }

        // Reading moves what the buffer holds, the command's own argument too.
        argument = argument.ToArray();
        bool any = left > 0;
        while (left > 0 && !_over)
        {
            int count = (int)Math.Min(left, _wire.Buffered.Length);
            if (wanted)
            {
                Content.Append(_wire.Buffered.Span[..count], Options);
            }

            _wire.Consume(count);
            left -= count;
            await ContentArrivedAsync(count).ConfigureAwait(false);
            if (left > 0 && !_over)
            {
                await ReadMoreAsync().ConfigureAwait(false);
            }
        }

        if (any)
        {
            NoteContent(left == 0);
        }

        if (!_over)
        {
            bool early = Options.RefuseEarlyInput && !Options.Pipelining && _wire.HasInput;
            await StepAsync(early ? ProtocolTable.EarlyInput : row, argument).ConfigureAwait(false);
        }
    }

    private ValueTask ContentArrivedAsync(int count) =>
        count > 0 && server.Rules.Has(SmtpVerb.Content) ? StepAsync(ProtocolTable.Content, default) : ValueTask.CompletedTask;

    private void NoteContent(bool complete)
    {
        if (Options.KeepLog)
        {
            Note(complete ? $"C: ({Content.Length} octets)" : $"C: ({Content.Length} octets, cut)");
        }
    }
}
