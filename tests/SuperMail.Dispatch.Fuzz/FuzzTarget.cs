namespace SuperMail.Dispatch.Fuzz;

/// <summary>Something that reads what strangers write, and what must be true of it for every input.</summary>
internal abstract class FuzzTarget
{
    /// <summary>What it is called on the command line and in the summary.</summary>
    public abstract string Name { get; }

    /// <summary>Good inputs and known attacks: the mutations begin with these.</summary>
    public abstract IReadOnlyList<string> Corpus { get; }

    /// <summary>Pieces that mean something to the reader.</summary>
    public abstract IReadOnlyList<string> Dictionary { get; }

    /// <summary>The most octets that may be allocated or written for one input.</summary>
    public abstract long AllowedOperations(int length);

    /// <summary>Feeds one input.</summary>
    /// <returns>True when the input was taken; false when it was refused as it should be.</returns>
    /// <exception cref="FuzzException">Something was not as it must be.</exception>
    public abstract bool Run(string input);

    /// <summary>Says what must be.</summary>
    protected static void Require(bool isSo, string rule)
    {
        if (!isSo)
        {
            throw new FuzzException(rule);
        }
    }
}

/// <summary>A rule that an input broke.</summary>
internal sealed class FuzzException(string rule, Exception? inner = null) : Exception(rule, inner);
