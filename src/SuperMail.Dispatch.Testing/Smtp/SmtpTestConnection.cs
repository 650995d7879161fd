namespace SuperMail.Dispatch.Testing;

/// <summary>What happened on one connection. Every value may be read while the connection lives.</summary>
public sealed class SmtpTestConnection
{
    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private readonly int[] _commands = new int[SmtpTestServer.VerbCount];
    private int _messagesAccepted;
    private int _errors;
    private volatile bool _isOpen = true;
    private volatile bool _isTls;
    private volatile string? _user;

    internal SmtpTestConnection(int number) => Number = number;

    /// <summary>The connection's number on its server, from 1.</summary>
    public int Number { get; }

    /// <summary>False once the server has seen the client's FIN, or is about to send 221 or to close.</summary>
    public bool IsOpen
    {
        get => _isOpen;
        internal set => _isOpen = value;
    }

    /// <summary>True once TLS is up.</summary>
    public bool IsTls
    {
        get => _isTls;
        internal set => _isTls = value;
    }

    /// <summary>The authenticated user, or null.</summary>
    public string? User
    {
        get => _user;
        internal set => _user = value;
    }

    /// <summary>Messages accepted on this connection.</summary>
    public int MessagesAccepted => Volatile.Read(ref _messagesAccepted);

    /// <summary>Replies of 4xx and 5xx sent on this connection.</summary>
    public int Errors => Volatile.Read(ref _errors);

    /// <summary>The lines of the conversation in the order in which the server read and answered them:
    /// <c>C: </c> before a line of the client, <c>S: </c> before one of the server. Content appears as its length
    /// only: <c>C: (1234 octets)</c>. What is no line stands in brackets too: <c>S: (FIN)</c>, <c>S: (RST)</c>,
    /// <c>C: (FIN)</c>.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lock)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>How often the verb came on this connection.</summary>
    /// <param name="verb">The verb.</param>
    public int CountOf(SmtpVerb verb) => Volatile.Read(ref _commands[(int)verb]);

    internal int CountCommand(SmtpVerb verb) => Interlocked.Increment(ref _commands[(int)verb]);

    internal void CountError() => Interlocked.Increment(ref _errors);

    internal int CountMessage() => Interlocked.Increment(ref _messagesAccepted);

    internal void Note(string line)
    {
        lock (_lock)
        {
            _log.Add(line);
        }
    }
}
