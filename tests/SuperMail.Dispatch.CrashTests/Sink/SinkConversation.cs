using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SuperMail.Dispatch.CrashTests.Sink;

/// <summary>One connection to the sink, on a thread of its own. Written apart from the library: it judges it.</summary>
internal sealed class SinkConversation(Socket socket, SinkProgram sink)
{
    private readonly byte[] _input = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> _replies = new();
    private int _head;
    private int _tail;
    private int _recipient = -1;

    public void Run()
    {
        try
        {
            sink.Order.Pass(SinkPoint.Greeting);
            Say("220 sink.test ESMTP");
            while (ReadLine() is { } line && Answer(line))
            {
            }

            Flush();
        }
        catch (Exception fault) when (fault is SocketException or EndOfStreamException)
        {
            // The sender was killed: that is what this is about.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private bool Answer(string line)
    {
        switch (line.Split(' ', ':')[0].ToUpperInvariant())
        {
            case "EHLO":
                sink.Order.Pass(SinkPoint.Ehlo);
                Say(sink.Capabilities);
                return true;
            case "MAIL":
                sink.Order.Pass(SinkPoint.Mail);
                _recipient = -1;
                Say("250 2.1.0 ok");
                return true;
            case "RCPT" when line.Contains("<>", StringComparison.Ordinal):
                Say("501 5.1.3 nobody's address"); // RFC 5321 section 4.1.1.3: a forward-path is never empty
                return true;
            case "RCPT":
                sink.Order.Pass(SinkPoint.Rcpt);
                var recipient = Number(line, "<r", '@');
                var isRefused = sink.Refuses(recipient, atEnd: false);
                _recipient = isRefused ? -1 : recipient;
                Say(isRefused ? "451 4.2.1 not now" : "250 2.1.5 ok");
                return true;
            case "DATA" when _recipient < 0:
                Say("554 5.5.1 no valid recipients");
                return true;
            case "DATA":
                sink.Order.Pass(SinkPoint.Data);
                Say("354 go on");
                TakeMessage(ReadData());
                return true;
            case "BDAT":
                TakeMessage(ReadChunk(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
                return true;
            case "RSET":
                _recipient = -1;
                Say("250 2.0.0 ok");
                return true;
            case "QUIT":
                sink.Order.Pass(SinkPoint.Quit);
                Say("221 2.0.0 bye");
                return false;
            default:
                Say("502 5.5.2 unknown");
                return true;
        }
    }

    private void TakeMessage(string content)
    {
        var recipient = _recipient;
        _recipient = -1;
        if (recipient < 0)
        {
            Say("554 5.5.1 no valid recipients");
            return;
        }

        if (sink.Refuses(recipient, atEnd: true))
        {
            Say("451 4.2.1 not now");
            return;
        }

        sink.Receive(recipient, Number(content, "\r\nX-Token: ", '\r'));
        sink.Order.Pass(SinkPoint.EndOfData);
        Say("250 2.0.0 taken");
        Flush();
        sink.Log.Add(SinkEvent.Answered, recipient);
        sink.Order.Pass(SinkPoint.Reply);
    }

    private string ReadData()
    {
        var content = new StringBuilder("\r\n");
        for (var lines = 0; ReadLine() is { } line; lines++)
        {
            if (lines == 10)
            {
                sink.Order.Pass(SinkPoint.Content);
            }

            if (line == ".")
            {
                return content.ToString();
            }

            content.Append(line).Append("\r\n");
        }

        throw new EndOfStreamException();
    }

    private string ReadChunk(int size)
    {
        var content = new byte[size];
        var half = size / 2;
        ReadExactly(content.AsSpan(0, half));
        sink.Order.Pass(SinkPoint.Content);
        ReadExactly(content.AsSpan(half));
        return "\r\n" + Encoding.Latin1.GetString(content);
    }

    private static int Number(string text, string before, char after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return int.Parse(text.AsSpan(start, text.IndexOf(after, start) - start), CultureInfo.InvariantCulture);
    }

    private void Say(string reply) => _replies.Write(Encoding.ASCII.GetBytes(reply + "\r\n"));

    private void Flush()
    {
        if (_replies.WrittenCount > 0)
        {
            socket.Send(_replies.WrittenSpan);
            _replies.ResetWrittenCount();
        }
    }

    /// <summary>Reads on; what is to be said leaves first, or both sides would wait.</summary>
    private bool Fill()
    {
        Flush();
        _input.AsSpan(_head, _tail - _head).CopyTo(_input);
        (_head, _tail) = (0, _tail - _head);
        var count = socket.Receive(_input.AsSpan(_tail));
        _tail += count;
        return count > 0;
    }

    private string? ReadLine()
    {
        int length;
        while ((length = _input.AsSpan(_head, _tail - _head).IndexOf("\r\n"u8)) < 0)
        {
            if (!Fill())
            {
                return null;
            }
        }

        var line = Encoding.Latin1.GetString(_input, _head, length);
        _head += length + 2;
        return line;
    }

    private void ReadExactly(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            if (_head == _tail && !Fill())
            {
                throw new EndOfStreamException();
            }

            var count = Math.Min(target.Length, _tail - _head);
            _input.AsSpan(_head, count).CopyTo(target);
            _head += count;
            target = target[count..];
        }
    }
}
