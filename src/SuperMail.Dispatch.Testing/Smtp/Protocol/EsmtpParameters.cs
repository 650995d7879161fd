using System.Text;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The parameters of MAIL and RCPT. One is known only while the extension that brings it is offered.</summary>
internal static class EsmtpParameters
{
    private static readonly Row[] Known =
    [
        new(SmtpVerb.Mail, "SIZE", o => o.SizeLimit is not null, v => v.Length is > 0 and <= 20 && v.All(char.IsAsciiDigit)),
        new(SmtpVerb.Mail, "BODY", o => o.EightBitMime, v => Among(v, "7BIT", "8BITMIME")),
        new(SmtpVerb.Mail, "SMTPUTF8", o => o.SmtpUtf8, null),
        new(SmtpVerb.Mail, "AUTH", o => o.AuthMechanisms.Count > 0, IsXtext),
        new(SmtpVerb.Mail, "RET", o => o.Dsn, v => Among(v, "FULL", "HDRS")),
        new(SmtpVerb.Mail, "ENVID", o => o.Dsn, v => v.Length <= 100 && IsXtext(v)),
        new(SmtpVerb.Rcpt, "NOTIFY", o => o.Dsn, IsNotify),
        new(SmtpVerb.Rcpt, "ORCPT", o => o.Dsn, v => v.IndexOf(';', StringComparison.Ordinal) > 0 && IsXtext(v)),
    ];

    public static bool TryParse(
        ReadOnlySpan<byte> text, SmtpVerb verb, SmtpTestServerOptions options, out IReadOnlyDictionary<string, string?> parameters, out Reply fault)
    {
        var found = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        parameters = found;
        fault = Replies.Syntax;
        if (text[0] != ' ')
        {
            return false;
        }

        foreach (string word in Encoding.UTF8.GetString(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string keyword = (equals < 0 ? word : word[..equals]).ToUpperInvariant();
            string? value = equals < 0 ? null : word[(equals + 1)..];
            Row? row = Array.Find(Known, r => r.Verb == verb && r.Keyword == keyword && r.IsOffered(options));
            if (row is null)
            {
                // RFC 5321 §4.1.1.11: 555 for parameters that are not recognized.
                fault = Replies.UnknownParameter;
                return false;
            }

            bool valid = row.IsValid is null ? value is null : value is not null && row.IsValid(value);
            if (!valid || !found.TryAdd(keyword, value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Among(string value, params ReadOnlySpan<string> choices)
    {
        foreach (string choice in choices)
        {
            if (value.Equals(choice, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>RFC 3461 §4.1: NEVER alone, or a list of the others.</summary>
    private static bool IsNotify(string value) =>
        Among(value, "NEVER") || value.Split(',').All(v => Among(v, "SUCCESS", "FAILURE", "DELAY"));

    /// <summary>RFC 3461 §4: printable ASCII, where + begins two upper-case hexadecimal digits.</summary>
    private static bool IsXtext(string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] is < '!' or > '~' or '=')
            {
                return false;
            }

            if (value[i] == '+')
            {
                if (i + 2 >= value.Length || !char.IsAsciiHexDigitUpper(value[i + 1]) || !char.IsAsciiHexDigitUpper(value[i + 2]))
                {
                    return false;
                }

                i += 2;
            }
        }

        return value.Length > 0;
    }

    private sealed record Row(SmtpVerb Verb, string Keyword, Func<SmtpTestServerOptions, bool> IsOffered, Func<string, bool>? IsValid);
}
