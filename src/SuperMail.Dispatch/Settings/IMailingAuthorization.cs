using System.Security.Claims;

namespace SuperMail.Dispatch;

/// <summary>
/// Says who may do what. Asked by whatever acts for a user, such as web endpoints, which refuse every operation when
/// no implementation is registered; calls from code are trusted and do not ask.
/// </summary>
public interface IMailingAuthorization
{
    /// <summary>Whether this user may do this; when it throws, the operation is refused.</summary>
    ValueTask<bool> IsAllowedAsync(ClaimsPrincipal user, MailingOperation operation, CancellationToken cancellationToken);
}

/// <summary>What a user may be allowed to do.</summary>
public enum MailingOperation
{
    /// <summary>See the settings, without secrets.</summary>
    ViewSettings = 0,

    /// <summary>Change the settings.</summary>
    ChangeSettings,

    /// <summary>Check SMTP connection.</summary>
    CheckConnection,

    /// <summary>Send test, by e-mail or SMS.</summary>
    SendTest,

    /// <summary>See mailings, their progress and the outcome of each recipient.</summary>
    ViewMailings,

    /// <summary>Pause, resume or cancel a mailing.</summary>
    ControlMailing,

    /// <summary>Send again to recipients who were not reached, or to selected ones.</summary>
    Resend,

    /// <summary>Decide what became of recipients in doubt.</summary>
    ResolveInDoubt,

    /// <summary>Remove a finished mailing with its outcomes.</summary>
    Purge,
}
