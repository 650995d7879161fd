using System.Text;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The argument of MAIL or RCPT, taken apart: the path without its brackets, and the ESMTP parameters
/// behind it (RFC 5321 §4.1.2).</summary>
internal readonly record struct MailPath(string Address, IReadOnlyDictionary<string, string?> Parameters)
{
    public static readonly IReadOnlyDictionary<string, string?> NoParameters = new Dictionary<string, string?>();

    /// <summary>Strict: no blank between colon and bracket, brackets required (RFC 5321 §3.3).</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> argument, ReadOnlySpan<byte> prefix, SmtpVerb verb, SmtpTestServerOptions options, out MailPath path, out Reply fault)
    {
        // What a rule accepts in spite of its syntax is taken as it came.
        path = new MailPath(Encoding.UTF8.GetString(argument), NoParameters);
        fault = Replies.Syntax;
        if (argument.Length < prefix.Length + 2
            || !Ascii.EqualsIgnoreCase(argument[..prefix.Length], prefix)
            || argument[prefix.Length] != '<')
        {
            return false;
        }

        ReadOnlySpan<byte> rest = argument[(prefix.Length + 1)..];
        int close = ClosingBracket(rest);
        if (close < 0)
        {
            return false;
        }

        IReadOnlyDictionary<string, string?> parameters = NoParameters;
        ReadOnlySpan<byte> behind = rest[(close + 1)..];
        if (!behind.IsEmpty && !EsmtpParameters.TryParse(behind, verb, options, out parameters, out fault))
        {
            return false;
        }

        path = new MailPath(Encoding.UTF8.GetString(rest[..close]), parameters);
        return true;
    }

    /// <summary>The null reverse path of bounces.</summary>
    public bool IsNull => Address.Length == 0;

    public bool IsAscii => Ascii.IsValid(Address);

    public bool IsPostmaster => Address.Equals("postmaster", StringComparison.OrdinalIgnoreCase);

    public bool IsMailbox
    {
        get
        {
            int at = Address.LastIndexOf('@');
            return at > 0 && at < Address.Length - 1;
        }
    }

    /// <summary>A quoted local part may hold brackets, and backslash quotes the next octet.</summary>
    private static int ClosingBracket(ReadOnlySpan<byte> path)
    {
        bool quoted = false;
        for (int i = 0; i < path.Length; i++)
        {
            switch (path[i])
            {
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'>' when !quoted:
                    return i;
                case (byte)' ' or (byte)'<' when !quoted:
                    return -1;
            }
        }

        return -1;
    }
}
