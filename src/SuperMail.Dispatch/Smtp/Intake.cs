namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// The feed as the session wants it: waited for, or taken only when ready. Messages that this relay cannot take are
/// reported here and never reach the wire.
/// </summary>
internal sealed class Intake(IMailFeed feed, SmtpCapabilities relay, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Task<OutgoingMessage?>? _pending;

    /// <summary>True once the feed has said that nothing comes any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The next message if it is there already; null = not yet, or never.</summary>
    public OutgoingMessage? TakeReady()
    {
        while (!HasEnded)
        {
            var next = _pending is { } waiting ? new ValueTask<OutgoingMessage?>(waiting) : feed.NextAsync(_end.Token);
            if (!next.IsCompleted)
            {
                _pending ??= next.AsTask();
                return null;
            }

            _pending = null;
            if (Admit(next.GetAwaiter().GetResult()) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>The next message, waited for; null at the end.</summary>
    public async ValueTask<OutgoingMessage?> WaitAsync()
    {
        while (!HasEnded)
        {
            if (TakeReady() is { } ready)
            {
                return ready;
            }

            if (_pending is { } pending)
            {
                await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return null;
    }

    /// <summary>A pull that is still under way is called off; what it brings all the same was not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_pending is { } pending)
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (pending.IsCompletedSuccessfully)
            {
                pending.Result?.Report(Verdict.NotSent);
            }
        }

        _end.Dispose();
    }

    private OutgoingMessage? Admit(OutgoingMessage? message)
    {
        if (message is null)
        {
            HasEnded = true;
            return null;
        }

        if (MessageRules.Judge(message, relay) is not { } verdict)
        {
            return message;
        }

        message.Report(verdict);
        return null;
    }
}
