namespace SuperMail.Dispatch;

/// <summary>Gives access tokens for XOAUTH2 and OAUTHBEARER; asked at each connect, calls are never simultaneous.</summary>
public interface ISmtpTokenProvider
{
    /// <summary>An access token for this user.</summary>
    /// <param name="userName">The setting <see cref="EmailSettings.UserName"/>.</param>
    /// <param name="refresh">True when the last token was refused: a new one is wanted, not a cached one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string> GetTokenAsync(string userName, bool refresh, CancellationToken cancellationToken);
}
