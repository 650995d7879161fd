namespace SuperMail.Dispatch.Testing;

/// <summary>A command as a rule's predicate sees it, before it is answered.</summary>
public sealed class ReceivedCommand
{
    internal ReceivedCommand(SmtpVerb verb, string argument)
    {
        Verb = verb;
        Argument = argument;
    }

    /// <summary>The command, or the moment of the conversation.</summary>
    public SmtpVerb Verb { get; }

    /// <summary>What follows the command word, for example <c>TO:&lt;a@example.com&gt; NOTIFY=NEVER</c>;
    /// the whole line for <see cref="SmtpVerb.Unknown"/> and <see cref="SmtpVerb.AuthResponse"/>; else empty.</summary>
    public string Argument { get; }

    /// <summary>The connection's number on this server, from 1.</summary>
    public int Connection { get; internal init; }

    /// <summary>Which command of this verb it is on its connection, from 1.</summary>
    public int Occurrence { get; internal init; }

    /// <summary>Which command of this verb it is on the server, from 1.</summary>
    public long OccurrenceOnServer { get; internal init; }

    /// <summary>Messages accepted on this connection before this command.</summary>
    public int MessagesAccepted { get; internal init; }

    /// <summary>Octets of content received so far, counted before dot-stuffing; 0 outside of content.</summary>
    public long ContentLength { get; internal init; }

    /// <summary>The sender of the open transaction, or null when none is open.</summary>
    public string? From { get; internal init; }

    /// <summary>The recipients accepted in the open transaction.</summary>
    public IReadOnlyList<string> Recipients { get; internal init; } = [];

    /// <summary>True when the connection is encrypted.</summary>
    public bool OverTls { get; internal init; }

    /// <summary>The authenticated user, or null.</summary>
    public string? User { get; internal init; }
}
