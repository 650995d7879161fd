namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>One row of the protocol table.</summary>
/// <param name="Verb">The command or moment.</param>
/// <param name="Word">The word on the wire; empty for what is no command.</param>
/// <param name="Allowed">The states in which it is in order.</param>
/// <param name="Success">The first digits of a reply that let it take effect.</param>
internal sealed record CommandRow(SmtpVerb Verb, string Word, SessionState Allowed, string Success)
{
    /// <summary>The server's own judgement of a command that is in order; null when there is no reply.</summary>
    public required Func<SmtpSession, ReadOnlyMemory<byte>, Reply?> Check { get; init; }

    /// <summary>The effect, just before the reply is written; told the reply's first digit.</summary>
    public Action<SmtpSession, char> Apply { get; init; } = static (_, _) => { };

    /// <summary>What a refusal leaves behind.</summary>
    public Action<SmtpSession> Refuse { get; init; } = static _ => { };

    /// <summary>What follows the reply on the wire: content, a handshake, the close.</summary>
    public Func<SmtpSession, ValueTask>? Then { get; init; }

    /// <summary>Another verb whose rules are asked when this one's have none.</summary>
    public SmtpVerb? AlsoScriptedAs { get; init; }

    /// <summary>The command can only be the last of a group (RFC 2920 §3.1).</summary>
    public bool EndsGroup { get; init; }
}
