using System.Text;

namespace SuperMail.Dispatch.Testing;

/// <summary>What becomes of the connection after an action's reply.</summary>
public enum SmtpEnding
{
    /// <summary>The conversation goes on.</summary>
    Continue,

    /// <summary>The server sends FIN, and reads and discards until the client closes too, so that what it said
    /// before is never lost to a reset.</summary>
    Close,

    /// <summary>The server resets the connection (RST).</summary>
    Reset,

    /// <summary>The server never says another word; it goes on reading and discards.</summary>
    Hang,

    /// <summary>The server never says another word and reads nothing either, so that the client's writes block
    /// once the buffers between them are full. A close by the client is not noticed; the connection lasts until
    /// <see cref="SmtpTestServer.ResetConnections"/>.</summary>
    Stall,
}

/// <summary>What the server does in place of, or around, its own answer. Immutable; the methods return a changed
/// copy, so that actions are built in one line: <c>SmtpAction.Reply("451 4.3.0 later").After(signal).ThenClose()</c>.</summary>
/// <remarks>The command takes effect (the sender is set, the message is kept, TLS begins...) when the reply that
/// goes out is a success for it: 2xx, for DATA 354. <see cref="Accepting"/> and <see cref="Refusing"/> say otherwise.</remarks>
public sealed record SmtpAction
{
    private SmtpAction()
    {
    }

    /// <summary>The server's own answer; a start for <see cref="After(Task)"/>, <see cref="Dribbled"/> or an ending.</summary>
    public static SmtpAction Default { get; } = new();

    /// <summary>The command takes effect, its reply is never sent, the conversation goes on.</summary>
    public static SmtpAction Swallow { get; } = new() { Bytes = ReadOnlyMemory<byte>.Empty, TakesEffect = true };

    /// <summary>No reply, no effect: the server closes (FIN).</summary>
    public static SmtpAction Close { get; } = Silent(SmtpEnding.Close);

    /// <summary>No reply, no effect: the server resets the connection (RST).</summary>
    public static SmtpAction Reset { get; } = Silent(SmtpEnding.Reset);

    /// <summary>No reply, no effect: the server falls silent but keeps reading.</summary>
    public static SmtpAction Hang { get; } = Silent(SmtpEnding.Hang);

    /// <summary>No reply, no effect: the server falls silent and stops reading.</summary>
    public static SmtpAction Stall { get; } = Silent(SmtpEnding.Stall);

    internal ReadOnlyMemory<byte>? Bytes { get; private init; }

    internal bool? TakesEffect { get; private init; }

    internal ReadOnlyMemory<byte> Surplus { get; private init; }

    internal Task? Signal { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal bool IsDribbled { get; private init; }

    internal SmtpEnding? Ending { get; private init; }

    /// <summary>Sends this reply. Lines are separated by CRLF or LF; the last CRLF is added. After a 421 the
    /// connection is closed (RFC 5321 §3.8) unless <see cref="ThenContinue"/> says otherwise.</summary>
    /// <param name="text">The reply, for example <c>550 5.1.1 no such user</c> or <c>250-one\n250 two</c>.</param>
    public static SmtpAction Reply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string lines = text.ReplaceLineEndings("\r\n");
        return Raw(lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n");
    }

    /// <summary>Sends exactly these characters (UTF-8), nothing added: for cut lines, garbage, surplus replies.</summary>
    /// <param name="text">What goes out.</param>
    public static SmtpAction Raw(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Raw(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sends exactly these octets, nothing added.</summary>
    /// <param name="octets">What goes out.</param>
    public static SmtpAction Raw(ReadOnlyMemory<byte> octets) => new() { Bytes = octets };

    /// <summary>Waits for the signal before anything else happens; replies to earlier commands leave first. Takes the
    /// place of an earlier wait.</summary>
    /// <param name="signal">The task to wait for; how it ends does not matter.</param>
    public SmtpAction After(Task signal) => this with { Signal = signal, Delay = default };

    /// <summary>Waits this long, by <see cref="SmtpTestServerOptions.TimeProvider"/>, before anything else happens.
    /// Takes the place of an earlier wait.</summary>
    /// <param name="delay">The wait.</param>
    public SmtpAction After(TimeSpan delay) => this with { Delay = delay, Signal = null };

    /// <summary>Sends the reply byte by byte, each in a write of its own.</summary>
    public SmtpAction Dribbled() => this with { IsDribbled = true };

    /// <summary>Sends these characters (UTF-8) behind the reply, in the same write and with nothing added: a reply that
    /// no command asked for, or words put in before a handshake.</summary>
    /// <param name="text">What goes out, with its line end.</param>
    public SmtpAction ThenSurplus(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return this with { Surplus = Encoding.UTF8.GetBytes(text) };
    }

    /// <summary>The command takes effect whatever is replied: the message is kept although its reply is lost.</summary>
    public SmtpAction Accepting() => this with { TakesEffect = true };

    /// <summary>The command takes no effect whatever is replied.</summary>
    public SmtpAction Refusing() => this with { TakesEffect = false };

    /// <summary>Goes on after the reply, even after a 421.</summary>
    public SmtpAction ThenContinue() => this with { Ending = SmtpEnding.Continue };

    /// <summary>Closes after the reply (FIN).</summary>
    public SmtpAction ThenClose() => this with { Ending = SmtpEnding.Close };

    /// <summary>Resets the connection after the reply (RST). Some systems throw away what the client has not read
    /// by then.</summary>
    public SmtpAction ThenReset() => this with { Ending = SmtpEnding.Reset };

    /// <summary>Falls silent after the reply and keeps reading.</summary>
    public SmtpAction ThenHang() => this with { Ending = SmtpEnding.Hang };

    /// <summary>Falls silent after the reply and stops reading.</summary>
    public SmtpAction ThenStall() => this with { Ending = SmtpEnding.Stall };

    private static SmtpAction Silent(SmtpEnding ending) =>
        new() { Bytes = ReadOnlyMemory<byte>.Empty, TakesEffect = false, Ending = ending };
}
