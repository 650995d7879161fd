using System.Diagnostics.CodeAnalysis;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// One failed login at a time: until these credentials have been seen to work, connections log in one after the other,
/// and those that waited for one that was refused do not try again with the same. Five threads with a wrong password
/// would otherwise lock the account.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose.")]
internal sealed class LoginGate
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lock _lock = new();
    private object? _proven;
    private object? _refused;
    private MailTransportException? _refusal;
    private int _refusals;

    /// <summary>Runs the login, alone where it must be.</summary>
    /// <param name="credentials">Equal for equal credentials.</param>
    /// <param name="login">Throws a fault of kind Authentication when it is refused.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask RunAsync(object credentials, Func<ValueTask> login, CancellationToken cancellationToken)
    {
        int seen;
        bool proven;
        lock (_lock)
        {
            seen = _refusals;
            proven = credentials.Equals(_proven);
        }

        if (proven)
        {
            await TryAsync(credentials, login).ConfigureAwait(false);
            return;
        }

        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfRefusedSince(seen, credentials);
            await TryAsync(credentials, login).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async ValueTask TryAsync(object credentials, Func<ValueTask> login)
    {
        try
        {
            await login().ConfigureAwait(false);
            lock (_lock)
            {
                _proven = credentials;
            }
        }
        catch (MailTransportException e) when (e.Fault == TransportFault.Authentication)
        {
            lock (_lock)
            {
                _proven = null;
                _refused = credentials;
                _refusal = e;
                _refusals++;
            }

            throw;
        }
    }

    private void ThrowIfRefusedSince(int seen, object credentials)
    {
        lock (_lock)
        {
            if (_refusals != seen && credentials.Equals(_refused) && _refusal is { } refusal)
            {
                throw new MailTransportException(refusal.Fault, refusal.Phase, refusal.Message) { ReplyCode = refusal.ReplyCode };
            }
        }
    }
}
