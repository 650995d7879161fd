namespace SuperMail.Dispatch.CrashTests.Sender;

/// <summary>How far the sender's life is; the judge counts in which it was killed.</summary>
internal enum Phase
{
    /// <summary>The runtime starts.</summary>
    Launched = 0,

    /// <summary>The host is put together.</summary>
    Starting,

    /// <summary>The ledger is opened, what an earlier life left is taken over.</summary>
    Resuming,

    /// <summary>Recipients are read, messages leave.</summary>
    Reading,

    /// <summary>All are read, messages leave.</summary>
    Sending,

    Done,
}

/// <summary>Phases over standard output.</summary>
internal static class Phases
{
    private const string Mark = "phase ";

    public static void Say(Phase phase) => Console.WriteLine($"{Mark}{phase}");

    public static Phase? Hear(string line) => line.StartsWith(Mark, StringComparison.Ordinal) ? Enum.Parse<Phase>(line.AsSpan(Mark.Length)) : null;
}
