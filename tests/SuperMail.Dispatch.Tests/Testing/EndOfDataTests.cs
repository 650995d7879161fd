using System.Text;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Testing.Protocol;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class EndOfDataTests
{
    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData("a\r\n..\r\n.\rb\r\n..c\r\n\r\n.\r\n", "a\r\n.\r\n\rb\r\n.c\r\n\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("\n.\n\r.\r\r\n.\r\n", "\n.\n\r.\r\r\n")]
    [InlineData("a\n.\r\nb\r\n.\nc\r\n.\r\n", "a\n.\r\nb\r\n\nc\r\n")]
    public void Content_cut_at_any_two_octets_comes_out_the_same(string wire, string content)
    {
        byte[] octets = Encoding.ASCII.GetBytes(wire + "QUIT\r\n");
        for (int first = 0; first <= wire.Length; first++)
        {
            for (int second = first; second <= wire.Length; second++)
            {
                (string received, int consumed) = Receive(octets, first, second);
                Assert.Equal(content, received);
                Assert.Equal(wire.Length, consumed);
            }
        }
    }

    /// <summary>Lets the octets arrive in three blocks.</summary>
    private static (string Content, int Consumed) Receive(byte[] octets, params ReadOnlySpan<int> cuts)
    {
        var options = new SmtpTestServerOptions();
        using var content = new MessageContent();
        var end = default(EndOfData);
        content.Begin();
        int start = 0;
        foreach (int arrived in (ReadOnlySpan<int>)[.. cuts, octets.Length])
        {
            bool found = end.Find(octets.AsSpan(start..arrived), out int count, out int consumed);
            content.AppendUnstuffed(octets.AsSpan(start, count), options);
            start += consumed;
            if (found)
            {
                return (Encoding.ASCII.GetString(content.ToArray()), start);
            }
        }

        throw new InvalidOperationException("No end was found.");
    }
}
