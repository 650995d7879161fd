using System.Text;

namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Content that is spoilt by any fault of dot-stuffing: lone dots, lines of dots, dots at every place where a block may end.</summary>
internal static class DottedContent
{
    // More than the socket buffers of both ends hold, so that the client waits before its end; 4 MiB is what Linux lets one of
    // them grow to.
    private const int LargeSize = 8 * 1024 * 1024;

    /// <summary>Lines of 0 to 24 dots: whatever the size of a block, some block begins with a dot inside a line and some with one that starts a line.</summary>
    public static byte[] Large { get; } = MakeLarge();

    public static byte[] Small(string name) => Encoding.ASCII.GetBytes(
        $"From: news@example.org\r\nTo: {name}@example.net\r\nSubject: {name}\r\n\r\n.\r\n..\r\nQUIT\r\n.{name}\r\nRSET\r\n");

    private static byte[] MakeLarge()
    {
        var random = new Random(1);
        var text = new StringBuilder(LargeSize + 128).Append("From: news@example.org\r\nTo: middle@example.net\r\nSubject: middle\r\n\r\n");
        while (text.Length < LargeSize)
        {
            text.Append('.', random.Next(25)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
