namespace SuperMail.Dispatch;

/// <summary>
/// A session that says of each message when its end of data is about to leave (<see cref="OutgoingMessage.Leaves"/>). From
/// any other session a message may leave as soon as it is pulled, and the feed notes it then.
/// </summary>
internal interface IAnnouncingSession : IMailSession;
