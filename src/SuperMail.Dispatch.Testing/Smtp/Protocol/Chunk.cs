using System.Buffers.Text;
using System.Text;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The argument of BDAT: <c>chunk-size [ SP LAST ]</c> (RFC 3030 §2).</summary>
internal static class Chunk
{
    /// <summary>The row that answers this BDAT, and how many octets follow its line.</summary>
    public static CommandRow RowOf(ReadOnlySpan<byte> argument, SmtpTestServerOptions options, out long size)
    {
        size = 0;
        if (!options.Chunking)
        {
            return ProtocolTable.BdatNotOffered;
        }

        bool number = Utf8Parser.TryParse(argument, out ulong octets, out int digits) && octets <= long.MaxValue;
        ReadOnlySpan<byte> behind = number ? argument[digits..] : default;
        if (!number || !(behind.IsEmpty || Ascii.EqualsIgnoreCase(behind, " LAST"u8)))
        {
            return ProtocolTable.BdatSyntax;
        }

        size = (long)octets;
        return behind.IsEmpty ? ProtocolTable.Bdat : ProtocolTable.BdatLast;
    }
}
