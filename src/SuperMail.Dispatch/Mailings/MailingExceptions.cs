namespace SuperMail.Dispatch;

/// <summary>A mailing is refused at the door: nothing was stored, nothing was sent. The message names the argument or setting and the rule.</summary>
public class MailingRefusedException : Exception
{
    /// <summary>Refused for this reason.</summary>
    public MailingRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Refused for this reason, found out through another fault.</summary>
    public MailingRefusedException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The same external key was used before with another definition, or, while its recipients are not all read, with other
/// recipients. Once all are read, a further call returns the first mailing and reads none.
/// </summary>
public sealed class MailingConflictException : MailingRefusedException
{
    /// <summary>The mailing that holds the key, and what differs.</summary>
    public MailingConflictException(MailingId existing, string message)
        : base(message) => Existing = existing;

    /// <summary>The mailing that holds the key.</summary>
    public MailingId Existing { get; }
}
