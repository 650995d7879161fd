using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// The only place that makes command lines. Everything comes in as parsed parts and is looked through once more:
/// no C0, no DEL, and outside quotes nothing that ends a path (CVE-2026-30227, CVE-2025-7962, GHSA-wpwj-69cm-q9c5).
/// </summary>
internal static class CommandWriter
{
    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F";

    private static readonly SearchValues<char> s_controls = SearchValues.Create(Controls);
    private static readonly SearchValues<char> s_pathBreakers = SearchValues.Create(Controls + " <>\"");

    /// <summary>True when nothing in the address could end its path or its line.</summary>
    public static bool IsSafe(EmailAddress? address) =>
        address is null
        || (!address.Local.ContainsAny(address.Local is ['"', .., '"'] ? s_controls : s_pathBreakers)
            && !address.Domain.AsSpan().ContainsAny(s_pathBreakers)
            && Ascii.IsValid(address.Domain));

    /// <summary>True when a text can be part of a command.</summary>
    public static bool IsSafe(ReadOnlySpan<char> text) => !text.ContainsAny(s_controls);

    /// <summary>MAIL (RFC 5321 §4.1.1.2) with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531).</summary>
    public static void Mail(Flight flight, EmailAddress? from, in MailParameters parameters)
    {
        flight.Append("MAIL FROM:<"u8);
        if (from is not null)
        {
            Path(flight, from);
        }

        flight.Append(">"u8);
        if (parameters.Size > 0)
        {
            flight.Append(" SIZE="u8);
            Number(flight, parameters.Size);
        }

        if (parameters.EightBit)
        {
            flight.Append(" BODY=8BITMIME"u8);
        }

        if (parameters.Utf8)
        {
            flight.Append(" SMTPUTF8"u8);
        }

        flight.Append("\r\n"u8);
    }

    /// <summary>RCPT (RFC 5321 §4.1.1.3) with NOTIFY (RFC 3461 §4.1).</summary>
    public static void Rcpt(Flight flight, EmailAddress to, DsnNotify notify)
    {
        flight.Append("RCPT TO:<"u8);
        Path(flight, to);
        flight.Append(">"u8);
        if (notify.HasFlag(DsnNotify.Never))
        {
            flight.Append(" NOTIFY=NEVER"u8);
        }
        else if (notify != DsnNotify.Default)
        {
            var lead = " NOTIFY="u8;
            foreach (var (flag, word) in s_notify)
            {
                if (notify.HasFlag(flag))
                {
                    flight.Append(lead);
                    flight.Append(word);
                    lead = ","u8;
                }
            }
        }

        flight.Append("\r\n"u8);
    }

    /// <summary>BDAT with the whole message as its last chunk (RFC 3030 §2).</summary>
    public static void BdatLast(Flight flight, long size)
    {
        flight.Append("BDAT "u8);
        Number(flight, size);
        flight.Append(" LAST\r\n"u8);
    }

    private static readonly (DsnNotify Flag, byte[] Word)[] s_notify =
    [
        (DsnNotify.Success, "SUCCESS"u8.ToArray()),
        (DsnNotify.Failure, "FAILURE"u8.ToArray()),
        (DsnNotify.Delay, "DELAY"u8.ToArray()),
    ];

    private static void Path(Flight flight, EmailAddress address)
    {
        if (!IsSafe(address))
        {
            throw new FormatException("An address holds a character that must not stand in a command.");
        }

        var text = address.ToString();
        var room = flight.Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        flight.Advance(Encoding.UTF8.GetBytes(text, room));
    }

    private static void Number(Flight flight, long value)
    {
        Utf8Formatter.TryFormat(value, flight.Reserve(20), out var written);
        flight.Advance(written);
    }
}

/// <summary>The parameters of MAIL; a size of 0 is not said.</summary>
internal readonly record struct MailParameters(long Size, bool EightBit, bool Utf8);
