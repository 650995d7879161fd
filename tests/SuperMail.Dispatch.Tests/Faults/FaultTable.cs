namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Every cell: phase × fault × {DATA, BDAT} × {Off, Standard, Deep} × {TLS, clear}, and why some of them cannot be.</summary>
internal static class FaultTable
{
    private static readonly bool[] s_both = [false, true];

    private static readonly (Func<FaultCell, bool> When, string Reason)[] s_impossible =
    [
        (c => (c.Phase == FaultPhase.Connect) != (c.Fault == Fault.Refused),
            "only a TCP connection is refused, and once it is accepted the greeting is the first thing that a relay can do"),
        (c => c.Phase == FaultPhase.StartTls && !c.Tls, "in clear there is no STARTTLS"),
        (c => c.IsDeep && !c.Chunking, "Deep needs BDAT"),
        (c => c.Phase == FaultPhase.Data && c.Chunking, "BDAT has no reply before its content"),
        (c => c.Phase is FaultPhase.Content or FaultPhase.LargeContent && c.Fault == Fault.Dribbled, "content has no reply that could dribble"),
        (c => c.Phase is FaultPhase.Greeting or FaultPhase.Content or FaultPhase.LargeContent && c.Fault == Fault.Lost,
            "no command asks for it, so silence is a hang"),
        (c => c.Fault == Fault.Lost && c.Pipelining != SmtpPipelining.Off && c.Phase is FaultPhase.Mail or FaultPhase.Rcpt or FaultPhase.Data or FaultPhase.EndOfData or FaultPhase.Reset,
            "replies are matched by counting (RFC 2920 §3.1): a relay that skips one of a group cannot be told from one that answers"),
    ];

    public static IReadOnlyList<FaultCell> All { get; } =
    [
        .. from phase in Enum.GetValues<FaultPhase>()
           from fault in Enum.GetValues<Fault>()
           from chunking in s_both
           from pipelining in Enum.GetValues<SmtpPipelining>()
           from tls in s_both
           select new FaultCell(phase, fault, chunking, pipelining, tls),
    ];

    public static IReadOnlyList<FaultCell> Possible { get; } = [.. All.Where(static cell => WhyNot(cell) is null)];

    /// <summary>Why this cell cannot be, or null.</summary>
    public static string? WhyNot(FaultCell cell) => s_impossible.FirstOrDefault(row => row.When(cell)).Reason;
}
