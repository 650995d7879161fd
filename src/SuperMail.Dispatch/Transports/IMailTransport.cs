namespace SuperMail.Dispatch;

/// <summary>A wire that takes messages: the built-in SMTP engine, or a host's own (an HTTP API, another SMTP client).</summary>
public interface IMailTransport
{
    /// <summary>Opens one connection, ready for messages: secured and logged in.</summary>
    /// <exception cref="MailTransportException">It could not be opened; its kind says whether to try again or to pause.</exception>
    ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>One connection, one owner, one turn of a slot.</summary>
public interface IMailSession : IAsyncDisposable
{
    /// <summary>Pulls messages from the feed until it ends, and reports a verdict on each as soon as it has one.</summary>
    /// <remarks>
    /// When it throws, or returns early, messages that were pulled and not reported are in doubt and the others not
    /// sent. <paramref name="cancellationToken"/> means: stop now, the drain deadline has passed.
    /// </remarks>
    ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken);
}

/// <summary>The messages of one turn, pulled one by one. Used by one session at a time, never by two threads at once.</summary>
public interface IMailFeed
{
    /// <summary>
    /// The next message, or null at the end of the turn. While the returned task is not complete, no message is ready
    /// (rate limit, work not there yet): whatever was written so far should leave meanwhile.
    /// </summary>
    ValueTask<OutgoingMessage?> NextAsync(CancellationToken cancellationToken);
}
