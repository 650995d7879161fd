namespace SuperMail.Dispatch;

/// <summary>How large a mailing's share of the lane is while others run: weights 4, 2, 1.</summary>
public enum MailingPriority
{
    /// <summary>Weight 2.</summary>
    Normal = 0,

    /// <summary>Weight 4.</summary>
    High,

    /// <summary>Weight 1.</summary>
    Low,
}

/// <summary>What happens to a recipient whose message was sent to its end but never answered.</summary>
public enum InDoubtPolicy
{
    /// <summary>Nothing is sent twice: the recipient stays in doubt until <c>ResolveInDoubtAsync</c>.</summary>
    Hold = 0,

    /// <summary>It is sent again; duplicates are at most what was reported in doubt.</summary>
    Resend,

    /// <summary>It is counted as sent.</summary>
    AssumeSent,
}

/// <summary>Whether the same address twice in one mailing is sent once.</summary>
public enum DuplicateDetection
{
    /// <summary>The second one is Duplicate; costs 24 bytes of memory a recipient while the mailing is read.</summary>
    On = 0,

    /// <summary>Every recipient is sent to.</summary>
    Off,
}

/// <summary>How merge tags are written.</summary>
public enum TagStyle
{
    /// <summary><c>{{Field}}</c> and <c>{{Field|fallback}}</c>.</summary>
    Braces = 0,

    /// <summary><c>[[customer.firstname]]</c> and <c>[[customer.firstname|fallback]]</c>.</summary>
    Brackets,
}

/// <summary>When a delivery status notification is asked for (RFC 3461 §4.1); sent only to a server that offers DSN.</summary>
[Flags]
public enum DsnNotify
{
    /// <summary>No parameter is sent: the relay's own habit.</summary>
    Default = 0,

    /// <summary>On delivery.</summary>
    Success = 1,

    /// <summary>On failure.</summary>
    Failure = 2,

    /// <summary>On delay.</summary>
    Delay = 4,

    /// <summary>Never; excludes the others.</summary>
    Never = 8,
}
