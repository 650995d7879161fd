using System.Text;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>One of the server's own replies, encoded once with and once without its enhanced status code.</summary>
internal sealed class Reply
{
    private readonly byte[] _enhanced;
    private readonly byte[] _plain;

    public Reply(int code, string? enhancedCode, string text)
    {
        Code = code;
        _plain = Encoding.UTF8.GetBytes($"{code} {text}\r\n");
        _enhanced = enhancedCode is null ? _plain : Encoding.UTF8.GetBytes($"{code} {enhancedCode} {text}\r\n");
    }

    private Reply(int code, string lines)
    {
        Code = code;
        _plain = _enhanced = Encoding.UTF8.GetBytes(lines);
    }

    public int Code { get; }

    /// <summary>A reply of several lines (RFC 5321 §4.2.1): a hyphen behind the code on all but the last.</summary>
    public static Reply OfLines(int code, IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            text.Append(code).Append(i == lines.Count - 1 ? ' ' : '-').Append(lines[i]).Append("\r\n");
        }

        return new Reply(code, text.ToString());
    }

    /// <summary>A reply that the test wrote out itself.</summary>
    public static Reply Verbatim(string text) =>
        new(int.TryParse(text.AsSpan(0, Math.Min(3, text.Length)), out int code) ? code : 0, text.ReplaceLineEndings("\r\n") + "\r\n");

    public ReadOnlyMemory<byte> Octets(bool enhancedStatusCodes) => enhancedStatusCodes ? _enhanced : _plain;
}
