namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>Finds CRLF . CRLF in content that arrives in blocks. Only that sequence ends a message: bare CR or LF
/// around the dot does not (RFC 5321 §4.1.1.4; taking them is how mail is smuggled).</summary>
internal struct EndOfData
{
    private bool _begun;

    /// <summary>How much of the buffer is content, and how much of it can be let go. At most four octets stay behind,
    /// which may be the beginning of the end.</summary>
    public bool Find(ReadOnlySpan<byte> buffered, out int content, out int consumed)
    {
        // The CRLF of the DATA line counts as the one before the dot, so that a message may be empty.
        if (!_begun)
        {
            if (buffered.StartsWith(".\r\n"u8))
            {
                content = 0;
                consumed = 3;
                return true;
            }

            if (".\r\n"u8.StartsWith(buffered))
            {
                content = consumed = 0;
                return false;
            }

            _begun = true;
        }

        int end = buffered.IndexOf("\r\n.\r\n"u8);
        if (end >= 0)
        {
            content = end + 2;
            consumed = end + 5;
            return true;
        }

        content = consumed = Math.Max(0, buffered.Length - 4);
        return false;
    }
}
