namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The EHLO reply's lines.</summary>
internal static class Capabilities
{
    public static IReadOnlyList<string> Of(SmtpTestServerOptions options, bool isTls)
    {
        var lines = new List<string> { options.HostName };
        Offer(options.Pipelining, "PIPELINING");
        Offer(options.SizeLimit is not null, options.SizeLimit > 0 ? $"SIZE {options.SizeLimit}" : "SIZE");

        // RFC 3207 §4.2: STARTTLS is not offered once TLS is up.
        Offer(options.StartTls && !isTls, "STARTTLS");
        Offer(options.AuthMechanisms.Count > 0 && (isTls || !options.RequireTls), "AUTH " + string.Join(' ', options.AuthMechanisms));
        Offer(options.EnhancedStatusCodes, "ENHANCEDSTATUSCODES");
        Offer(options.EightBitMime, "8BITMIME");
        Offer(options.Dsn, "DSN");
        Offer(options.SmtpUtf8, "SMTPUTF8");
        Offer(options.Chunking, "CHUNKING");
        lines.AddRange(options.FurtherCapabilities);
        return lines;

        void Offer(bool offered, string line)
        {
            if (offered)
            {
                lines.Add(line);
            }
        }
    }
}
