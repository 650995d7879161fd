using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>PLAIN (RFC 4616 §2): everything in the first line.</summary>
internal sealed class PlainMechanism(string userName, string password) : SaslMechanism("PLAIN")
{
    public override byte[] Start() => Encoding.UTF8.GetBytes($"\0{userName}\0{password}");

    // A server that ignores the initial response asks for it with an empty challenge.
    public override byte[] Answer(ReadOnlySpan<byte> challenge) => Start();
}
