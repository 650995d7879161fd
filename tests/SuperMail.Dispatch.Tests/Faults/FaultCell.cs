namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Where in a conversation the relay misbehaves.</summary>
public enum FaultPhase
{
    /// <summary>The TCP connection.</summary>
    Connect,

    Greeting,

    /// <summary>The last EHLO before messages: the one inside TLS where there is TLS.</summary>
    Ehlo,

    StartTls,

    Auth,

    Mail,

    Rcpt,

    /// <summary>The reply to DATA, before any content.</summary>
    Data,

    /// <summary>While content arrives; all of it has left the client by then.</summary>
    Content,

    /// <summary>While content arrives that is larger than every buffer between: its end has not left.</summary>
    LargeContent,

    /// <summary>The reply to the end of data, with another message behind it.</summary>
    EndOfData,

    /// <summary>The reply to the end of data of the last message of a connection.</summary>
    LastEndOfData,

    /// <summary>RSET, which the refusal of the message before brought about.</summary>
    Reset,

    Quit,
}

/// <summary>How it misbehaves, once.</summary>
public enum Fault
{
    /// <summary>The system refuses the connection.</summary>
    Refused,

    /// <summary>The right answer, shortly before its time-out.</summary>
    Slow,

    /// <summary>The right answer, each octet in a packet of its own.</summary>
    Dribbled,

    /// <summary>4xx.</summary>
    Transient,

    /// <summary>5xx.</summary>
    Permanent,

    /// <summary>421, then FIN.</summary>
    Goodbye,

    /// <summary>A line that is no reply.</summary>
    Garbage,

    /// <summary>A line without its end, then FIN.</summary>
    CutLine,

    /// <summary>A line of more than 4096 octets.</summary>
    EndlessLine,

    /// <summary>A reply of more than 128 lines.</summary>
    EndlessReply,

    /// <summary>The right answer with one more reply behind it.</summary>
    Surplus,

    /// <summary>No answer; FIN.</summary>
    Close,

    /// <summary>No answer; RST.</summary>
    Reset,

    /// <summary>No answer, and nothing ever after.</summary>
    Hang,

    /// <summary>No answer to this command; the next one would be answered.</summary>
    Lost,
}

/// <summary>One fault in one phase of one kind of conversation.</summary>
/// <param name="Phase">Where.</param>
/// <param name="Fault">How.</param>
/// <param name="Chunking">Content by BDAT, else by DATA.</param>
/// <param name="Pipelining">How commands share flights.</param>
/// <param name="Tls">Over STARTTLS, else in clear.</param>
internal readonly record struct FaultCell(FaultPhase Phase, Fault Fault, bool Chunking, SmtpPipelining Pipelining, bool Tls)
{
    public bool IsDeep => Pipelining == SmtpPipelining.Deep;

    /// <summary>True when the fault strikes before a connection is ready for messages.</summary>
    public bool IsOpening => Phase <= FaultPhase.Auth;

    /// <summary>True when only the passing of time ends the fault.</summary>
    public bool TakesTime => Fault is Fault.Slow or Fault.Hang or Fault.Lost;

    public override string ToString() =>
        $"{Phase} {Fault}, {(Chunking ? "BDAT" : "DATA")}, {Pipelining}, {(Tls ? "TLS" : "clear")}";
}
