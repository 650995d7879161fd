namespace SuperMail.Dispatch.Smtp;

/// <summary>One login mechanism in one exchange (RFC 4954 §4, RFC 4422).</summary>
internal abstract class SaslMechanism(string name) : IDisposable
{
    /// <summary>The word behind AUTH.</summary>
    public string Name { get; } = name;

    /// <summary>True when success is believable: a mechanism that proves the server's side says no until it has seen the proof.</summary>
    public virtual bool IsDone => true;

    /// <summary>What is sent with AUTH itself, or null when the server speaks first.</summary>
    public virtual byte[]? Start() => null;

    /// <summary>The answer to a challenge.</summary>
    /// <exception cref="SaslException">The challenge makes no sense; the exchange is called off.</exception>
    public abstract byte[] Answer(ReadOnlySpan<byte> challenge);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>An exchange that cannot go on. The message holds nothing of the exchange.</summary>
internal sealed class SaslException(string message, Exception? inner = null) : Exception(message, inner);
