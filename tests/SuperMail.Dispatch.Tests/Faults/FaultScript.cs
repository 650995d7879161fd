using System.Text;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Turns a cell into rules of the test server.</summary>
internal static class FaultScript
{
    /// <summary>The time-out of the phase that the fault strikes; every other is an hour.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>How long a slow relay takes.</summary>
    public static readonly TimeSpan Slowness = TimeSpan.FromSeconds(45);

    private static readonly Dictionary<FaultPhase, (SmtpVerb Verb, string Transient, string Permanent)> s_phases = new()
    {
        [FaultPhase.Greeting] = (SmtpVerb.Connect, "450 4.3.0 not now", "554 5.3.0 no service here"),
        [FaultPhase.Ehlo] = (SmtpVerb.Ehlo, "450 4.3.0 not now", "502 5.5.1 what is EHLO"),
        [FaultPhase.StartTls] = (SmtpVerb.StartTls, "454 4.7.0 not now", "502 5.5.1 no TLS today"),
        [FaultPhase.Auth] = (SmtpVerb.Auth, "454 4.7.0 not now", "535 5.7.8 wrong"),
        [FaultPhase.Mail] = (SmtpVerb.Mail, "451 4.3.0 not now", "553 5.1.8 not from there"),
        [FaultPhase.Rcpt] = (SmtpVerb.Rcpt, "450 4.2.0 not now", "550 5.1.1 nobody of that name"),
        [FaultPhase.Data] = (SmtpVerb.Data, "451 4.3.0 not now", "554 5.5.1 no content"),
        [FaultPhase.Content] = (SmtpVerb.Content, "451 4.3.0 not now", "554 5.6.0 not with that content"),
        [FaultPhase.LargeContent] = (SmtpVerb.Content, "452 4.3.1 no room now", "552 5.3.4 too large"),
        [FaultPhase.EndOfData] = (SmtpVerb.EndOfData, "451 4.3.0 not now", "554 5.6.0 not with that content"),
        [FaultPhase.LastEndOfData] = (SmtpVerb.EndOfData, "451 4.3.0 not now", "554 5.6.0 not with that content"),
        [FaultPhase.Reset] = (SmtpVerb.Rset, "451 4.3.0 not now", "502 5.5.1 no RSET"),
        [FaultPhase.Quit] = (SmtpVerb.Quit, "451 4.3.0 not now", "502 5.5.1 no QUIT"),
    };

    /// <summary>Puts the fault into the server; the rule that returns is used once, when the fault strikes.</summary>
    public static SmtpRule Write(SmtpTestServer server, FaultCell cell)
    {
        if (cell.Phase == FaultPhase.Reset)
        {
            server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody of that name", IsStruck(cell with { Phase = FaultPhase.Rcpt }), times: 1);
        }

        if (cell.Phase == FaultPhase.Content && cell.Fault is Fault.Transient or Fault.Permanent)
        {
            // Its word came early, so it has none left for the end.
            server.On(SmtpVerb.EndOfData, SmtpAction.Swallow.Refusing(), IsStruck(cell with { Phase = FaultPhase.EndOfData }), times: 1);
        }

        var (verb, action) = cell.Phase == FaultPhase.Connect
            ? (SmtpVerb.Quit, SmtpAction.Default)
            : (s_phases[cell.Phase].Verb, ActionOf(cell));
        return server.On(verb, action, IsStruck(cell), times: 1);
    }

    private static Func<ReceivedCommand, bool> IsStruck(FaultCell cell) => cell.Phase switch
    {
        // In Deep the probe has each command once, and every message has a RSET.
        FaultPhase.Reset when cell.IsDeep => static c => c is { Connection: 1, Occurrence: 3 },
        FaultPhase.Connect or FaultPhase.Reset or FaultPhase.Quit => static c => c.Connection == 1,
        FaultPhase.Ehlo => c => c.Connection == 2 && c.OverTls == cell.Tls,
        _ when cell.IsOpening => static c => c.Connection == 2,
        FaultPhase.Content or FaultPhase.LargeContent => static c => c.MessagesAccepted == 1,
        _ => c => c.Connection == 1 && c.Occurrence == (cell.IsDeep ? 3 : 2),
    };

    private static SmtpAction ActionOf(FaultCell cell)
    {
        var (verb, transient, permanent) = s_phases[cell.Phase];
        var action = cell.Fault switch
        {
            Fault.Slow => SmtpAction.Default.After(Slowness),
            Fault.Dribbled => SmtpAction.Default.Dribbled(),
            Fault.Transient => SmtpAction.Reply(transient),
            Fault.Permanent => SmtpAction.Reply(permanent),
            Fault.Goodbye => SmtpAction.Reply("421 4.3.2 going down"),
            Fault.Garbage => SmtpAction.Raw("?what <is> this!\r\n").Refusing(),
            Fault.CutLine => SmtpAction.Raw("25").Refusing().ThenClose(),
            Fault.EndlessLine => SmtpAction.Raw(new string('2', 5000)).Refusing(),
            Fault.EndlessReply => SmtpAction.Raw(new StringBuilder().Insert(0, "250-more\r\n", 129).ToString()).Refusing(),
            Fault.Surplus => verb == SmtpVerb.Content
                ? SmtpAction.Raw("250 2.0.0 early\r\n")
                : SmtpAction.Default.ThenSurplus("250 2.0.0 surplus\r\n"),
            Fault.Close => SmtpAction.Close.Accepting(),
            Fault.Reset => SmtpAction.Reset,
            Fault.Hang => cell.Phase == FaultPhase.LargeContent ? SmtpAction.Stall : SmtpAction.Hang.Accepting(),
            _ => SmtpAction.Swallow.Refusing(),
        };

        // Before its end has left, only a connection that is gone keeps the client from sending the rest.
        return cell is { Phase: FaultPhase.LargeContent, Fault: Fault.Transient or Fault.Permanent or Fault.Goodbye or Fault.Garbage or Fault.EndlessLine or Fault.EndlessReply }
            ? action.ThenReset()
            : action;
    }
}
