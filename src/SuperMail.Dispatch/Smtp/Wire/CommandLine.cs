using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>One command, one reply: what is said outside of messages.</summary>
internal static class CommandLine
{
    /// <summary>Sends a line and reads the reply with its text.</summary>
    /// <exception cref="FormatException">The line holds a control character; it is not repeated, it may be a secret.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<SmtpReply> AskAsync(SmtpConnection connection, string line, TimeSpan timeout)
    {
        if (!CommandWriter.IsSafe(line))
        {
            throw new FormatException("A command holds a control character.");
        }

        if (connection.HasBufferedInput)
        {
            throw new WireException(WireFault.Garbage, "The relay spoke before it was asked.");
        }

        var bytes = Encoding.UTF8.GetBytes(line + "\r\n");
        try
        {
            await connection.WriteAsync(bytes, timeout).ConfigureAwait(false);
        }
        finally
        {
            // It may have been a password.
            CryptographicOperations.ZeroMemory(bytes);
        }

        return await connection.ReadReplyAsync(timeout, keepText: true).ConfigureAwait(false);
    }
}
