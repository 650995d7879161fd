using System.Buffers;
using System.Text;

namespace SuperMail.Dispatch.Telemetry;

/// <summary>Masks every address-like run of a text: <c>jane.doe@example.org</c> becomes <c>j***@example.org</c>.</summary>
internal static class AddressMask
{
    private static readonly SearchValues<char> s_notLocal = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F\u007F <>()[]:;,@\\\"");

    /// <summary>The same text when nothing in it looks like an address.</summary>
    public static string Mask(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        for (var at = rest.IndexOf('@'); at >= 0; at = rest.IndexOf('@'))
        {
            // Looked at once from each side: linear, whatever the text.
            var start = LocalStart(rest[..at]);
            masked.Append(rest[..start]);
            if (start < at)
            {
                masked.Append(char.IsHighSurrogate(rest[start]) || rest[start] == '"' ? "" : rest[start].ToString()).Append("***");
            }

            masked.Append('@');
            rest = rest[(at + 1)..];
        }

        return masked.Append(rest).ToString();
    }

    private static int LocalStart(ReadOnlySpan<char> before)
    {
        if (before is [.., '"'])
        {
            var open = before[..^1].LastIndexOf('"');
            return open < 0 ? before.Length - 1 : open;
        }

        return before.LastIndexOfAny(s_notLocal) + 1;
    }
}
