using System.Globalization;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// The sentences of <see cref="MailTransportException"/>: the relay, the step, the reply, the setting to look at and
/// its present value. Never a secret; addresses masked.
/// </summary>
internal sealed class SmtpFaults(EmailSettings settings)
{
    private static readonly Dictionary<DeliveryPhase, (string Step, string Timeout, Func<SmtpTimeouts, TimeSpan> Value)> s_steps = new()
    {
        [DeliveryPhase.Connect] = ("the greeting or EHLO", nameof(SmtpTimeouts.Greeting), static t => t.Greeting),
        [DeliveryPhase.Tls] = ("STARTTLS or the TLS handshake", nameof(SmtpTimeouts.Hello), static t => t.Hello),
        [DeliveryPhase.Authentication] = ("AUTH", nameof(SmtpTimeouts.Hello), static t => t.Hello),
        [DeliveryPhase.Mail] = ("MAIL FROM", nameof(SmtpTimeouts.Envelope), static t => t.Envelope),
        [DeliveryPhase.Rcpt] = ("RCPT TO", nameof(SmtpTimeouts.Envelope), static t => t.Envelope),
        [DeliveryPhase.Data] = ("DATA", nameof(SmtpTimeouts.Data), static t => t.Data),
        [DeliveryPhase.EndOfData] = ("the content or its end", nameof(SmtpTimeouts.EndOfData), static t => t.EndOfData),
        [DeliveryPhase.Reset] = ("RSET or QUIT", nameof(SmtpTimeouts.Envelope), static t => t.Envelope),
    };

    /// <summary>The relay as an operator knows it.</summary>
    public string Relay { get; } = string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}");

    /// <summary>A setting by its path, with its present value.</summary>
    public static string Setting(string name, object? value) =>
        string.Create(CultureInfo.InvariantCulture, $"Mailing:Email:{name} (now {value ?? "not set"})");

    /// <summary>A reply for a sentence.</summary>
    public static string Quote(in SmtpReply reply) => string.Create(
        CultureInfo.InvariantCulture,
        $"'{reply.Code}{(reply.Enhanced.IsNone ? "" : " ")}{reply.Enhanced} {AddressMask.Mask(Verdicts.Clean(reply.Text) ?? "")}'");

    /// <summary>A step that was refused.</summary>
    public MailTransportException Refused(TransportFault fault, DeliveryPhase phase, string step, in SmtpReply reply, string? hint = null) =>
        new(fault, phase, Sentence($"{Relay} answered {step} with {Quote(reply)}.", hint)) { ReplyCode = reply.Code };

    /// <summary>A fault without a reply.</summary>
    public MailTransportException At(TransportFault fault, DeliveryPhase phase, string what, string? hint = null, Exception? inner = null) =>
        new(fault, phase, Sentence($"{Relay}: {what}", hint), inner);

    /// <summary>A connection that broke.</summary>
    public MailTransportException Broken(DeliveryPhase phase, WireException wire)
    {
        var (step, timeout, value) = s_steps[phase];
        var what = wire.Fault == WireFault.TimedOut
            ? $"no answer to {step} in time; see {Setting($"Timeouts:{timeout}", value(settings.Timeouts))}."
            : $"at {step}: {wire.Message}";
        return At(TransportFault.Connection, phase, what, inner: wire);
    }

    /// <summary>A reply that no server gives at this step.</summary>
    public MailTransportException Unexpected(DeliveryPhase phase, in SmtpReply reply) =>
        new(TransportFault.Connection, phase, $"{Relay}: the reply {Quote(reply)} to {s_steps[phase].Step} makes no sense; the connection is given up.")
        {
            ReplyCode = reply.Code,
        };

    /// <summary>The relay took its leave.</summary>
    public MailTransportException Closing(DeliveryPhase phase, in SmtpReply reply) =>
        Refused(TransportFault.SlowDown, phase, s_steps[phase].Step, reply);

    private static string Sentence(string what, string? hint) => hint is null ? what : $"{what} {hint}";
}
