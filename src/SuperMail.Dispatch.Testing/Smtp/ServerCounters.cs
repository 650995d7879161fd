namespace SuperMail.Dispatch.Testing;

/// <summary>What the server counts over all its connections.</summary>
internal sealed class ServerCounters(SignalBoard signals)
{
    private readonly long[] _commands = new long[SmtpTestServer.VerbCount];
    private int _total;
    private int _open;
    private int _maxOpen;
    private int _messages;
    private int _errors;

    public int Total => Volatile.Read(ref _total);

    public int Open => Volatile.Read(ref _open);

    public int MaxOpen => Volatile.Read(ref _maxOpen);

    public int Messages => Volatile.Read(ref _messages);

    public int Errors => Volatile.Read(ref _errors);

    public long CountOf(SmtpVerb verb) => Volatile.Read(ref _commands[(int)verb]);

    /// <summary>A connection was accepted. Called by the one accept loop only.</summary>
    public int Entered()
    {
        int open = Interlocked.Increment(ref _open);
        if (open > Volatile.Read(ref _maxOpen))
        {
            Volatile.Write(ref _maxOpen, open);
        }

        int number = Interlocked.Increment(ref _total);
        signals.Pulse();
        return number;
    }

    public void Left()
    {
        Interlocked.Decrement(ref _open);
        signals.Pulse();
    }

    public long CountCommand(SmtpVerb verb)
    {
        long count = Interlocked.Increment(ref _commands[(int)verb]);
        signals.Pulse();
        return count;
    }

    public void CountError() => Interlocked.Increment(ref _errors);

    public int CountMessage() => Interlocked.Increment(ref _messages);
}
