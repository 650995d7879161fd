namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// Sends by deep flights once the relay has passed the probe. When it fails, that is nobody's fault: the turn goes on
/// from the same message in Standard, over another connection, and whoever feeds it notices nothing.
/// </summary>
/// <param name="link">The connection.</param>
/// <param name="openStandard">Opens the other one.</param>
internal sealed class DeepSession(SmtpLink link, Func<CancellationToken, ValueTask<SmtpSession>> openStandard) : IAnnouncingSession, IWaitingSession
{
    private readonly DeepStream _stream = new(link);
    private SmtpSession? _standard;

    public void BeginWait() => link.BeginWait();

    public async ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken)
    {
        if (_standard is null)
        {
            if (link.HasGoneWaiting())
            {
                return; // before anything was pulled: the caller opens another connection
            }

            if (await _stream.SendAsync(feed, cancellationToken).ConfigureAwait(false) is not { } left)
            {
                return;
            }

            await FallBackAsync(left, cancellationToken).ConfigureAwait(false);
            feed = new ResumedFeed(left, feed);
        }

        await _standard!.SendAsync(feed, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_standard is not null)
        {
            await _standard.DisposeAsync().ConfigureAwait(false);
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private async ValueTask FallBackAsync(OutgoingMessage left, CancellationToken cancellationToken)
    {
        // First close, then open: the slot owns one connection, and relays count.
        await CloseAsync().ConfigureAwait(false);
        try
        {
            _standard = await openStandard(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            left.Report(Verdict.NotSent);
            throw;
        }
    }

    private async ValueTask CloseAsync()
    {
        await link.DisposeAsync().ConfigureAwait(false);
        _stream.Dispose();
    }

    /// <summary>A feed whose first message was pulled already.</summary>
    private sealed class ResumedFeed(OutgoingMessage first, IMailFeed rest) : IMailFeed
    {
        private OutgoingMessage? _first = first;

        public ValueTask<OutgoingMessage?> NextAsync(CancellationToken cancellationToken)
        {
            if (_first is not { } message)
            {
                return rest.NextAsync(cancellationToken);
            }

            _first = null;
            return new ValueTask<OutgoingMessage?>(message);
        }
    }
}
