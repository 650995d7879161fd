using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using System.Text;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>One connection from greeting to close. This part is the flow: a line comes, its row in the protocol table
/// judges it, the script may say otherwise, the reply leaves, what follows the reply happens.</summary>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync is the session's whole life and disposes what it holds.")]
internal sealed partial class SmtpSession(SmtpTestServer server, SmtpTestConnection connection, Connection line)
{
    private readonly Wire _wire = new(line.Stream);
    private readonly CancellationToken _stopping = server.Stopping;
    private bool _over;
    private bool _left;
    private bool _closeAfterReply;
    private int _errorsSinceMessage;

    public SmtpTestServerOptions Options => server.Options;

    public SessionState State { get; set; } = SessionState.Fresh;

    public async Task RunAsync()
    {
        try
        {
            await ConverseAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsLoss(e))
        {
            if (!_over)
            {
                Note(line.WasReset || _stopping.IsCancellationRequested ? "S: (RST)" : "C: (lost)");
            }
        }
        catch (Exception e)
        {
            server.AddFault(e);
        }
        finally
        {
            Leave();
            Content.Dispose();
            await _wire.DisposeAsync().ConfigureAwait(false);
            line.Dispose();
        }
    }

    /// <summary>One step of the conversation. The order matters: earlier replies leave before a delay; the effect and
    /// the count come before the reply, so that a client that has read it finds both done.</summary>
    public async ValueTask StepAsync(CommandRow row, ReadOnlyMemory<byte> argument)
    {
        SmtpAction action = Script(row, argument);
        bool inOrder = IsInOrder(row);
        Reply? own = inOrder ? row.Check(this, argument) : ProtocolTable.OutOfOrder(row.Verb, State);
        if (!await WaitAsync(action, row).ConfigureAwait(false))
        {
            return;
        }

        ReadOnlyMemory<byte> ownOctets = own?.Octets(Options.EnhancedStatusCodes) ?? default;
        ReadOnlyMemory<byte> reply = action.Bytes ?? ownOctets;
        char digit = reply.IsEmpty ? ownOctets.IsEmpty ? '\0' : (char)ownOctets.Span[0] : (char)reply.Span[0];
        bool silent = action.Bytes is null && own is null;
        bool takesEffect = action.TakesEffect ?? (silent || row.Success.Contains(digit, StringComparison.Ordinal));
        if (takesEffect)
        {
            row.Apply(this, digit);
        }
        else if (inOrder)
        {
            row.Refuse(this);
        }

        SmtpEnding ending = action.Ending ?? EndingOf(reply.Span);
        await ReplyAsync(reply, ending, action.IsDribbled).ConfigureAwait(false);
        await ReplyAsync(action.Surplus, ending, action.IsDribbled).ConfigureAwait(false);
        if (digit is '4' or '5' && !reply.IsEmpty && ending == SmtpEnding.Continue && CountError())
        {
            ending = SmtpEnding.Close;
            await ReplyAsync(Replies.TooManyErrors.Octets(Options.EnhancedStatusCodes), ending, dribbled: false).ConfigureAwait(false);
        }

        if (Options.FlushInputAfterErrors && digit is ('4' or '5'))
        {
            _wire.Consume(_wire.Buffered.Length);
        }

        if (ending != SmtpEnding.Continue)
        {
            await EndAsync(ending).ConfigureAwait(false);
        }
        else if (takesEffect && row.Then is { } then)
        {
            await then(this).ConfigureAwait(false);
        }
    }

    /// <summary>The connection no longer counts as open. Called before the client can know that it is over.</summary>
    public void Leave()
    {
        if (!_left)
        {
            _left = true;
            connection.IsOpen = false;
            server.Counters.Left();
        }
    }

    public async ValueTask EndAsync(SmtpEnding ending)
    {
        _over = true;
        await _wire.FlushAsync(_stopping).ConfigureAwait(false);
        switch (ending)
        {
            case SmtpEnding.Close:
                Note("S: (FIN)");
                await line.ShutdownAsync(_wire.Stream).ConfigureAwait(false);
                await _wire.DrainAsync(_stopping).ConfigureAwait(false);
                break;
            case SmtpEnding.Reset:
                Note("S: (RST)");
                line.Reset();
                break;
            case SmtpEnding.Hang:
                Note("S: (silence)");
                await _wire.DrainAsync(_stopping).ConfigureAwait(false);
                break;
            case SmtpEnding.Stall:
                Note("S: (silence)");
                await line.Gone.WaitAsync(_stopping).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask ConverseAsync()
    {
        if (Options.ImplicitTls)
        {
            await StepAsync(ProtocolTable.TlsHandshake, default).ConfigureAwait(false);
        }

        if (!_over)
        {
            await StepAsync(ProtocolTable.Connect, default).ConfigureAwait(false);
        }

        while (!_over)
        {
            if (_wire.TryReadLine(out ReadOnlyMemory<byte> received, out Reply? fault))
            {
                await ExecuteAsync(received, fault).ConfigureAwait(false);
            }
            else
            {
                await ReadMoreAsync().ConfigureAwait(false);
            }
        }
    }

    private ValueTask ExecuteAsync(ReadOnlyMemory<byte> received, Reply? fault)
    {
        if (Options.KeepLog)
        {
            Note("C: " + Encoding.UTF8.GetString(received.Span));
        }

        ReadOnlyMemory<byte> argument = received;
        CommandRow row = fault is not null ? ProtocolTable.Unreadable(fault)
            : Authentication.InProgress ? ProtocolTable.AuthResponse
            : ProtocolTable.Find(received, out argument);
        if (IsEarlyInput(row))
        {
            return StepAsync(ProtocolTable.EarlyInput, argument);
        }

        return row == ProtocolTable.Bdat ? ReceiveChunkAsync(argument) : StepAsync(row, argument);
    }

    /// <summary>Everything that is answered leaves before the server waits for the client.</summary>
    private async ValueTask ReadMoreAsync()
    {
        await _wire.FlushAsync(_stopping).ConfigureAwait(false);
        if (!await _wire.FillAsync(_stopping).ConfigureAwait(false))
        {
            Note("C: (FIN)");
            _over = true;
        }
    }

    private SmtpAction Script(CommandRow row, ReadOnlyMemory<byte> argument)
    {
        int occurrence = connection.CountCommand(row.Verb);
        long onServer = server.Counters.CountCommand(row.Verb);
        SmtpAction? action = Match(row.Verb, argument, occurrence, onServer);
        if (row.AlsoScriptedAs is { } other)
        {
            occurrence = connection.CountCommand(other);
            onServer = server.Counters.CountCommand(other);
            action ??= Match(other, argument, occurrence, onServer);
        }

        return action ?? SmtpAction.Default;
    }

    private SmtpAction? Match(SmtpVerb verb, ReadOnlyMemory<byte> argument, int occurrence, long onServer) =>
        !server.Rules.Has(verb) ? null : server.Rules.Match(new ReceivedCommand(verb, Encoding.UTF8.GetString(argument.Span))
        {
            Connection = connection.Number,
            Occurrence = occurrence,
            OccurrenceOnServer = onServer,
            MessagesAccepted = connection.MessagesAccepted,
            ContentLength = verb is SmtpVerb.Content or SmtpVerb.EndOfData or SmtpVerb.Bdat ? Content.Length : 0,
            From = Transaction.From,
            Recipients = [.. Transaction.Recipients],
            OverTls = connection.IsTls,
            User = connection.User,
        });

    private bool IsInOrder(CommandRow row) =>
        (row.Allowed & State) != 0
        || (row.Verb == SmtpVerb.Data && State == SessionState.Sender && Options.AcceptDataWithoutRecipients);

    private bool IsEarlyInput(CommandRow row) =>
        Options.RefuseEarlyInput && _wire.HasInput && (row.EndsGroup || (!Options.Pipelining && row != ProtocolTable.Bdat));

    private async ValueTask<bool> WaitAsync(SmtpAction action, CommandRow row)
    {
        if (action.Signal is null && action.Delay == default)
        {
            return true;
        }

        await _wire.FlushAsync(_stopping).ConfigureAwait(false);

        // A client that leaves takes its timer with it, so that a test's clock does not show it as pending.
        using var endOfWait = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        Task signal = action.Signal ?? Task.Delay(action.Delay, Options.TimeProvider, endOfWait.Token);

        // The octets behind the start of a handshake are the handshake's, not ours to read ahead.
        if (row == ProtocolTable.TlsHandshake)
        {
            await signal.WaitAsync(_stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stopping.ThrowIfCancellationRequested();
        }
        else if (!await _wire.FillUntilAsync(signal, _stopping).ConfigureAwait(false))
        {
            Note("C: (FIN)");
            _over = true;
            await endOfWait.CancelAsync().ConfigureAwait(false);
        }

        return !_over;
    }

    private async ValueTask ReplyAsync(ReadOnlyMemory<byte> reply, SmtpEnding ending, bool dribbled)
    {
        if (ending is SmtpEnding.Close or SmtpEnding.Reset)
        {
            Leave();
        }

        if (Options.KeepLog && !reply.IsEmpty)
        {
            foreach (string text in Encoding.UTF8.GetString(reply.Span).TrimEnd('\r', '\n').Split("\r\n"))
            {
                Note("S: " + text);
            }
        }

        if (dribbled || Options.DribbleReplies)
        {
            await _wire.DribbleAsync(reply, _stopping).ConfigureAwait(false);
            return;
        }

        _wire.Write(reply.Span);
        if (_wire.PendingOutput > 16 * 1024)
        {
            await _wire.FlushAsync(_stopping).ConfigureAwait(false);
        }
    }

    private SmtpEnding EndingOf(ReadOnlySpan<byte> reply) =>
        _closeAfterReply || reply.StartsWith("421"u8) ? SmtpEnding.Close : SmtpEnding.Continue;

    private bool CountError()
    {
        connection.CountError();
        server.Counters.CountError();
        return ++_errorsSinceMessage >= Options.ErrorLimit;
    }

    private void Note(string text)
    {
        if (Options.KeepLog)
        {
            connection.Note(text);
        }
    }

    /// <summary>The client, or the server's own end, took the connection away: that is no fault of this code.</summary>
    private bool IsLoss(Exception e) =>
        e is IOException or AuthenticationException
        || (e is OperationCanceledException or ObjectDisposedException && (_stopping.IsCancellationRequested || line.WasReset));
}
