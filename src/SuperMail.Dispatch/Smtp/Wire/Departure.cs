namespace SuperMail.Dispatch.Smtp;

/// <summary>How far the content of a message has left: what a broken connection means for it hangs on this alone.</summary>
internal enum ContentState
{
    /// <summary>None of it was handed to the socket: it was not sent.</summary>
    Unsent = 0,

    /// <summary>Some of it, not its end: the relay cannot have taken it.</summary>
    Leaving,

    /// <summary>The call that holds its last octet has begun, whatever that call returned: without a reply it is in doubt.</summary>
    Written,
}

/// <summary>One content on its way out; its message is told before its end leaves. Reused from content to content.</summary>
internal sealed class Departure
{
    private OutgoingMessage? _message;

    public ContentState State { get; private set; }

    /// <summary>Nothing was outstanding when its flight began, and nothing stands before it there.</summary>
    public bool Leads { get; private set; }

    /// <summary>
    /// Bytes had come before the end of this leading content left: should they be a 2xx it is not the reply to it, which
    /// follows its last octet (RFC 5321 §4.1.1.4, RFC 3030 §2).
    /// </summary>
    public bool IsAnsweredEarly { get; private set; }

    /// <summary>From now on it is about this message; null = about none.</summary>
    public void Begin(OutgoingMessage? message, bool leads)
    {
        _message = message;
        Leads = leads;
        State = ContentState.Unsent;
        IsAnsweredEarly = false;
    }

    /// <summary>Said before the call that writes, not after it: a call that fails may have sent everything.</summary>
    public void Leave(bool withEnd, bool isAnsweredEarly)
    {
        IsAnsweredEarly |= isAnsweredEarly;
        if (withEnd && State != ContentState.Written)
        {
            _message?.Leaves();
            State = ContentState.Written;
        }
        else if (State == ContentState.Unsent)
        {
            State = ContentState.Leaving;
        }
    }
}
