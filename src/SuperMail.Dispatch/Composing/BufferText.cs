using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>Text into a message, without a string or an array between.</summary>
internal static class BufferText
{
    /// <summary>Writes text that is known to be ASCII.</summary>
    public static void WriteAscii(this MessageBuffer buffer, ReadOnlySpan<char> text)
    {
        Ascii.FromUtf16(text, buffer.GetSpan(text.Length), out var count);
        buffer.Advance(count);
    }

    /// <summary>Writes text as UTF-8.</summary>
    public static void WriteUtf8(this MessageBuffer buffer, ReadOnlySpan<char> text) =>
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(text.Length * 3)));
}
