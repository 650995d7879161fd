using System.Globalization;

namespace SuperMail.Dispatch.Smtp;

/// <summary>What an EHLO reply offers (RFC 5321 §4.1.1.1).</summary>
internal sealed class SmtpCapabilities
{
    /// <summary>What a server offers that only knows HELO.</summary>
    public static SmtpCapabilities None { get; } = new();

    private static volatile SmtpCapabilities? s_last;

    private string? _text;

    public bool Pipelining { get; private set; }

    public bool Chunking { get; private set; }

    public bool EightBitMime { get; private set; }

    public bool SmtpUtf8 { get; private set; }

    public bool Dsn { get; private set; }

    public bool StartTls { get; private set; }

    public bool HasSize { get; private set; }

    /// <summary>The most octets of a message; 0 = not said (RFC 1870 §4).</summary>
    public long MaxSize { get; private set; }

    /// <summary>The login mechanisms, in upper case.</summary>
    public HashSet<string> AuthMechanisms { get; } = [];

    /// <summary>Every keyword line, for the report of a check.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Reads the lines of an EHLO reply; the first is the server's name.</summary>
    public static SmtpCapabilities Parse(string text)
    {
        // A relay says the same on every connection. What was read of it never changes, so whoever reads it next gets it.
        if (s_last is { } last && last._text == text)
        {
            return last;
        }

        var capabilities = new SmtpCapabilities { _text = text };
        foreach (var line in text.Split('\n').Skip(1))
        {
            // Its words stand in errors and reports: no control characters.
            var words = (Verdicts.Clean(line) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                capabilities.Lines.Add(string.Join(' ', words));
                capabilities.Add(words);
            }
        }

        s_last = capabilities;
        return capabilities;
    }

    private void Add(string[] words)
    {
        switch (words[0].ToUpperInvariant())
        {
            case "PIPELINING": Pipelining = true; break;
            case "CHUNKING": Chunking = true; break;
            case "8BITMIME": EightBitMime = true; break;
            case "SMTPUTF8": SmtpUtf8 = true; break;
            case "DSN": Dsn = true; break;
            case "STARTTLS": StartTls = true; break;
            case "SIZE":
                HasSize = true;
                MaxSize = words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
                break;
            case "AUTH": AuthMechanisms.UnionWith(words.Skip(1).Select(word => word.ToUpperInvariant())); break;

            // The form of before RFC 2554, which some servers still offer beside the other.
            case var old when old.StartsWith("AUTH=", StringComparison.Ordinal):
                AuthMechanisms.UnionWith(words.Skip(1).Prepend(words[0][5..]).Select(word => word.ToUpperInvariant()));
                break;
        }
    }
}
