using static SuperMail.Dispatch.Tests.Faults.Conversation;
using static SuperMail.Dispatch.Tests.Faults.FaultPhase;

namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>
/// What each fault means, read from the RFCs and the design and not from the engine. The first rule that holds is
/// taken. docs/faults.md holds the same table; a test compares them.
/// </summary>
internal static class FaultRules
{
    private static readonly FaultPhase[] s_opening = [Connect, Greeting, Ehlo, StartTls, Auth];
    private static readonly FaultPhase[] s_envelope = [Mail, Rcpt, Data];
    private static readonly FaultPhase[] s_end = [Content, EndOfData, LastEndOfData];
    private static readonly FaultPhase[] s_every = Enum.GetValues<FaultPhase>();

    private static readonly Fault[] s_harmless = [Fault.Slow, Fault.Dribbled];
    private static readonly Fault[] s_noReply =
        [Fault.Garbage, Fault.CutLine, Fault.EndlessLine, Fault.EndlessReply, Fault.Close, Fault.Reset, Fault.Hang, Fault.Lost];

    private static readonly Fault[] s_any = Enum.GetValues<Fault>();

    public static IReadOnlyList<FaultRule> All { get; } =
    [
        new([Quit], s_any, Fate.Sent, WasEnding, "every message was answered before QUIT; what becomes of QUIT concerns nobody"),
        new(s_every, s_harmless, Fate.Sent, GoesOn, "a reply may take all of its time-out and come in any number of pieces"),

        new([Ehlo], [Fault.Permanent], Fate.Sent, GoesOn, "RFC 5321 §3.2: an old server is greeted with HELO and has no extensions")
            { When = static c => !c.Tls, Where = "in clear" },
        new([StartTls], [Fault.Permanent], Fate.Paused, Over, "TLS is demanded and not to be had; waiting does not mend that"),
        new([StartTls], [Fault.Surplus], Fate.Paused, Over, "bytes behind the reply to STARTTLS are an attack (CVE-2021-38371)"),
        new([Auth], [Fault.Permanent], Fate.Paused, Over, "RFC 4954 §6: the credentials are wrong; trying on locks the account"),
        new(s_opening, s_any, Fate.Again, Over, "a fault of the connection: tried again with back-off, nobody is charged"),

        new([Mail], [Fault.Transient], Fate.Again, GoesOn, "4xx before RCPT is about the relay: slower, uncharged"),
        new([Mail], [Fault.Permanent], Fate.Again, GoesOn, "the sender is refused: uncharged, until three refusals of one recipient tell otherwise"),
        new([Rcpt, Data], [Fault.Transient], Fate.Retry, GoesOn, "RFC 5321 §4.2.1: refused for now, charged to this recipient"),
        new([Rcpt, Data], [Fault.Permanent], Fate.Failed, GoesOn, "RFC 5321 §4.2.1: refused for good, this recipient only"),
        new(s_envelope, [Fault.Surplus], Fate.Again, Over, "replies have shifted: the end of data in the same group is in doubt, what was not sent to its end goes back")
            { When = static c => c.Pipelining == SmtpPipelining.Standard, Where = "Standard", Before = Fate.InDoubt },
        new([Mail, Rcpt, Content, EndOfData], [Fault.Hang], Fate.InDoubt, Over, "the reply that is missed may be an earlier one: the message before is certain only once a reply behind it is in step")
            { When = static c => c.IsDeep, Where = "Deep", Before = Fate.InDoubt, Behind = Fate.InDoubt },
        new([LastEndOfData], [Fault.Hang, Fault.Lost], Fate.InDoubt, Over, "the same, with nobody behind it")
            { When = static c => c.IsDeep, Where = "Deep", Before = Fate.InDoubt },
        new([Mail, Rcpt], [Fault.Surplus, .. s_noReply], Fate.InDoubt, Over, "content and all that follows left with the envelope, and no reply of theirs was read for certain")
            { When = static c => c.IsDeep, Where = "Deep", Behind = Fate.InDoubt },
        new(s_envelope, [Fault.Goodbye, Fault.Surplus, .. s_noReply], Fate.Again, Over, "not sent to its end: goes back uncharged"),

        new([LargeContent], [Fault.Transient], Fate.Retry, Over, "a failed write never ends reading: the reply that was read counts"),
        new([LargeContent], [Fault.Permanent], Fate.Failed, Over, "a failed write never ends reading: the reply that was read counts"),
        new([LargeContent], [Fault.Surplus], Fate.InDoubt, Over, "a 2xx before the end has left is not its reply (RFC 5321 §4.1.1.4); which one is cannot be told"),
        new([LargeContent], [Fault.CutLine, Fault.Close], Fate.InDoubt, Over, "a relay that says FIN may still read: the end of data leaves, and no reply comes"),
        new([LargeContent], s_any, Fate.Retry, Over, "lost while its content left (4.4.2): charged alone, so that one poisonous message cannot kill every batch"),

        new(s_end, [Fault.Transient], Fate.Retry, GoesOn, "RFC 5321 §4.2.1: refused for now, charged to this recipient"),
        new(s_end, [Fault.Permanent], Fate.Failed, GoesOn, "RFC 5321 §4.2.1: refused for good, this recipient only"),
        new(s_end, [Fault.Goodbye], Fate.Retry, Over, "RFC 5321 §3.8: the end of data was answered, if only with good-bye"),
        new([Content, EndOfData], [Fault.Surplus, .. s_noReply], Fate.InDoubt, Over, "what left in the same flight shares its lot")
            { When = static c => c.IsDeep, Where = "Deep", Behind = Fate.InDoubt },
        new(s_end, [Fault.Surplus], Fate.InDoubt, Over, "replies have shifted: whose is whose cannot be told"),
        new(s_end, s_noReply, Fate.InDoubt, Over, "RFC 5321 §4.2.5: the end of data left and no reply was read"),

        new([FaultPhase.Reset], [Fault.Transient, Fault.Permanent], Fate.InDoubt, Over, "a relay that keeps a transaction took the content into it: it belies the probe")
            { When = static c => c.IsDeep, Where = "Deep", Before = Fate.InDoubt },
        new([FaultPhase.Reset], [Fault.Surplus, .. s_noReply], Fate.InDoubt, Over, "the content left with RSET; the refusal before it is in doubt too, for nothing behind it stands in step")
            { When = static c => c.IsDeep, Where = "Deep", Before = Fate.InDoubt },
        new([FaultPhase.Reset], s_any, Fate.Again, Over, "without RSET the connection is of no more use; nobody is charged"),
    ];

    public static FaultRule Of(FaultCell cell) => All.First(rule => rule.Holds(cell));

    /// <summary>The table as documentation shows it.</summary>
    public static IEnumerable<string> AsMarkdown() => All
        .Select(static rule => $"| {Phrase(rule)} | {Words(rule.Faults, s_any)} | {FateOf(rule)} | {rule.Connection} | {rule.Law} |")
        .Prepend("| --- | --- | --- | --- | --- |")
        .Prepend("| phase | fault | recipient | connection | why |");

    private static string Phrase(FaultRule rule) => Words(rule.Phases, s_every) + (rule.Where.Length > 0 ? $" ({rule.Where})" : "");

    private static string FateOf(FaultRule rule) =>
        $"{rule.Struck}{(rule.Before is Fate.Sent ? "" : $"; the one before {rule.Before}")}{(rule.Behind is Fate.Again ? "" : $"; those behind {rule.Behind}")}";

    private static string Words<T>(T[] some, T[] all) => some.Length == all.Length ? "any" : string.Join(", ", some);
}
