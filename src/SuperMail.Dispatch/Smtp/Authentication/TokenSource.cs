namespace SuperMail.Dispatch.Smtp;

/// <summary>Asks the host's token provider, one call at a time; connections whose token was refused together share one refresh.</summary>
internal sealed class TokenSource(ISmtpTokenProvider provider) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _last;

    /// <summary>A token for a connect.</summary>
    /// <param name="userName">Whose.</param>
    /// <param name="refused">The token that was refused just now, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<string> GetAsync(string userName, string? refused, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (refused is null || _last is null || _last == refused)
            {
                _last = await provider.GetTokenAsync(userName, refused is not null, cancellationToken).ConfigureAwait(false);
            }

            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
