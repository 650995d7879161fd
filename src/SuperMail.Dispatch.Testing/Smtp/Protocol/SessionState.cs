namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>Where a session stands in the protocol. Flags, so that a command's row can name all states that
/// allow it.</summary>
[Flags]
internal enum SessionState
{
    /// <summary>No EHLO or HELO yet, or TLS has just begun (RFC 3207 §4.2: all knowledge is discarded).</summary>
    Fresh = 1,

    /// <summary>No transaction is open.</summary>
    Ready = 2,

    /// <summary>MAIL was accepted, no recipient yet.</summary>
    Sender = 4,

    /// <summary>At least one recipient was accepted.</summary>
    Addressed = 8,

    /// <summary>A BDAT without LAST was accepted: only BDAT or RSET may follow (RFC 3030 §2).</summary>
    Chunks = 16,

    /// <summary>A BDAT within a message was refused: only RSET helps (RFC 3030 §2).</summary>
    Spoiled = 32,

    Any = Fresh | Ready | Sender | Addressed | Chunks | Spoiled,
}
