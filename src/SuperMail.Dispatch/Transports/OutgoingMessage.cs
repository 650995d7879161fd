using System.Buffers;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch;

/// <summary>One message on its way: envelope, content, and the place where the verdict goes. Valid until it is reported.</summary>
public abstract class OutgoingMessage
{
    private protected OutgoingMessage()
    {
    }

    /// <summary>Sender and recipient.</summary>
    public Envelope Envelope { get; private protected set; }

    /// <summary>Octets of content, before any stuffing (RFC 1870 §4).</summary>
    public long Length => Content.Length;

    /// <summary>True when some octet of the content is above 127 (RFC 6152).</summary>
    public bool Has8Bit => Content.Has8Bit;

    /// <summary>True when an address or a header needs SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsSmtpUtf8 =>
        Content.NeedsSmtpUtf8 || Envelope.To.NeedsSmtpUtf8 || Envelope.From is { NeedsSmtpUtf8: true };

    internal abstract MessageBuffer Content { get; }

    /// <summary>Writes the content: RFC 5322 bytes with CRLF line ends, unstuffed, without a final dot.</summary>
    public void CopyTo(IBufferWriter<byte> writer) => Content.CopyTo(writer);

    /// <summary>The content as a stream.</summary>
    public Stream OpenStream()
    {
        var writer = new ArrayBufferWriter<byte>((int)Math.Max(Length, 1));
        CopyTo(writer);
        return new MemoryStream(writer.WrittenMemory.ToArray(), writable: false);
    }

    /// <summary>
    /// Its end of data is about to leave: noted before the write that may complete it, so that a process that ends now
    /// leaves this message in doubt and none behind it. Said by an <see cref="IAnnouncingSession"/>.
    /// </summary>
    internal virtual void Leaves()
    {
    }

    /// <summary>Says what became of it; once. The message must not be used afterwards.</summary>
    public abstract void Report(Verdict verdict);
}
