namespace SuperMail.Dispatch;

/// <summary>
/// A session that can be told that it stands idle before its first message: it then looks whether the relay is still there
/// before it pulls one, and a relay that tired of waiting is no fault.
/// </summary>
internal interface IWaitingSession : IMailSession
{
    /// <summary>Said once, before the session is handed to whoever sends over it.</summary>
    void BeginWait();
}
