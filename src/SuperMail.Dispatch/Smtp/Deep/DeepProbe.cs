using System.Globalization;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// Finds out whether a relay discards the chunk of a BDAT that it refuses, as RFC 3030 §2 has it. One that does not would
/// read messages as commands (go-smtp #315). The chunk here is a command that does no harm: such a relay closes the
/// connection on itself.
/// </summary>
internal static class DeepProbe
{
    // The path cannot be anybody's, so that no policy has a say: RFC 5321 §4.1.1.3 has no null forward-path.
    private static ReadOnlySpan<byte> RefusedRecipient => "RCPT TO:<>\r\n"u8;

    private static ReadOnlySpan<byte> Chunk => "BDAT 6 LAST\r\nQUIT\r\n"u8;

    // Pass = these, exactly. RSET has one good answer (RFC 5321 §4.3.2).
    private static readonly (string Step, Func<SmtpReply, bool> Passes)[] s_steps =
    [
        ("MAIL", static r => r.Accepts),
        ("RCPT with no address", static r => r.FirstDigit == 5),
        ("BDAT without recipient", static r => r.FirstDigit == 5),
        ("RSET", static r => r.Code == 250),
    ];

    /// <summary>Puts the probe before the first envelope, from the same sender.</summary>
    public static void Append(Flight flight, EmailAddress? sender)
    {
        CommandWriter.Mail(flight, sender, default);
        flight.Append(RefusedRecipient);
        flight.Append(Chunk);
        flight.Append("RSET\r\n"u8);
    }

    /// <summary>Reads the four replies; null = passed, else in words why not.</summary>
    /// <exception cref="WireException">We were told to stop.</exception>
    public static async ValueTask<string?> ReadAsync(SmtpConnection connection, TimeSpan timeout)
    {
        foreach (var (step, passes) in s_steps)
        {
            try
            {
                var reply = await connection.ReadReplyAsync(timeout).ConfigureAwait(false);
                if (!passes(reply))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"in the probe, {step} was answered {reply.Code}");
                }
            }
            catch (WireException e) when (e.Fault != WireFault.Stopped)
            {
                return $"in the probe, at {step}: {e.Message.TrimEnd('.')}";
            }
        }

        return null;
    }
}
