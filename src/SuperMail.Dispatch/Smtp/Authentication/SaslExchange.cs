namespace SuperMail.Dispatch.Smtp;

/// <summary>Carries a mechanism's exchange over AUTH (RFC 4954 §4).</summary>
internal static class SaslExchange
{
    private const int Continue = 334;
    private const int MaxRounds = 10;

    /// <summary>The reply that ended the exchange.</summary>
    /// <exception cref="SaslException">The exchange was called off by us.</exception>
    public static async ValueTask<SmtpReply> RunAsync(SmtpConnection connection, SaslMechanism mechanism, TimeSpan timeout)
    {
        var initial = Initial(mechanism.Start());
        connection.Concealed.Add(initial.Trim());
        var reply = await CommandLine.AskAsync(connection, $"AUTH {mechanism.Name}{initial}", timeout).ConfigureAwait(false);
        for (var round = 0; reply.Code == Continue; round++)
        {
            string answer;
            try
            {
                answer = round < MaxRounds
                    ? Convert.ToBase64String(mechanism.Answer(Decode(reply.Text)))
                    : throw new SaslException("it asks without end");
            }
            catch (SaslException)
            {
                // RFC 4954 §4: a lone asterisk calls it off; the server answers 501.
                await CommandLine.AskAsync(connection, "*", timeout).ConfigureAwait(false);
                throw;
            }

            connection.Concealed.Add(answer);
            reply = await CommandLine.AskAsync(connection, answer, timeout).ConfigureAwait(false);
        }

        return reply.Accepts && !mechanism.IsDone
            ? throw new SaslException("it said yes before the exchange was complete")
            : reply;
    }

    // RFC 4954 §4: an initial response of no octets is a lone equals sign.
    private static string Initial(byte[]? response) => response switch
    {
        null => "",
        [] => " =",
        _ => $" {Convert.ToBase64String(response)}",
    };

    // What is not base64 counts as empty: LOGIN is asked in plain words here and there, and the others refuse an empty challenge.
    private static byte[] Decode(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return Convert.TryFromBase64String(text ?? "", bytes, out var count) ? bytes[..count] : [];
    }
}
