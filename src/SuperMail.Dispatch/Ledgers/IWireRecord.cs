namespace SuperMail.Dispatch;

/// <summary>How far a begun message got on its wire, as far as a process could still say before it ended.</summary>
public enum WireState : byte
{
    /// <summary>Its end of data has not left: the relay cannot have taken it.</summary>
    NotLeft = 0,

    /// <summary>Its end of data may have left, and no reply was read: in doubt.</summary>
    Left,

    /// <summary>The relay took it.</summary>
    Taken,

    /// <summary>The relay did not take it, or the transport gave it back.</summary>
    Refused,
}

/// <summary>
/// What becomes of one claimed slice's messages between begin and outcome, kept outside any commit, so that after the end
/// of the process less is in doubt. Each position is noted by one thread at a time; different ones by several at once.
/// </summary>
public interface IWireRecord
{
    /// <summary>
    /// Notes how far a position got: <see cref="WireState.Left"/> before the write that may complete the message, what
    /// the relay said after its reply. Outlives the process from its return on; it need not outlive a loss of power.
    /// Never throws and waits for no disk: it is called between two writes of a conversation.
    /// </summary>
    void Note(int position, WireState state);
}
