using System.Text;

namespace SuperMail.Dispatch.Testing;

/// <summary>A message that the server accepted: its envelope and its content, octet for octet.</summary>
public sealed class ReceivedMessage
{
    internal ReceivedMessage()
    {
    }

    /// <summary>The order of acceptance on the server, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The connection it came over, from 1.</summary>
    public required int Connection { get; init; }

    /// <summary>The reverse path of MAIL FROM without its angle brackets; empty for the null sender.</summary>
    public required string From { get; init; }

    /// <summary>The forward paths of the accepted RCPT TO, in order, without angle brackets.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>The parameters of MAIL by upper-case keyword; a keyword without value has null.</summary>
    public required IReadOnlyDictionary<string, string?> MailParameters { get; init; }

    /// <summary>The parameters of each RCPT, in step with <see cref="Recipients"/>.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string?>> RecipientParameters { get; init; }

    /// <summary>The content after dot-unstuffing, with its last CRLF, without the lone dot.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The content read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);

    /// <summary>True when it came by BDAT, false when by DATA.</summary>
    public required bool ByBdat { get; init; }

    /// <summary>True when the connection was encrypted.</summary>
    public required bool OverTls { get; init; }

    /// <summary>The authenticated user, or null.</summary>
    public required string? User { get; init; }
}
