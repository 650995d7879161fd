using System.Text.Json;

namespace SuperMail.Dispatch.Comparison;

/// <summary>What a sender is told, as JSON on its standard input: the library and every peer get the same.</summary>
internal sealed record Job
{
    /// <summary>80 MiB. Where there is much memory the collector takes its time; what is needed shows under a limit.</summary>
    public const string SmallHeap = "0x5000000";

    public const string From = "news@sender.test";

    /// <summary>The sink's port on 127.0.0.1.</summary>
    public int Port { get; init; }

    public int Connections { get; init; } = 5;

    /// <summary>Messages after which a connection is closed.</summary>
    public int PerConnection { get; init; } = 20;

    /// <summary>Messages of one mailing: reader0000000@private.test and so on.</summary>
    public int Messages { get; init; } = 1;

    /// <summary>How often the mailing is sent by one process; the last one is warm.</summary>
    public int Mailings { get; init; } = 1;

    /// <summary><c>{{Name}}</c> and <c>{{Number}}</c> are replaced for each recipient, here and in the bodies.</summary>
    public string Subject { get; init; } = "{{Name}}, your news of the week";

    public string Text { get; init; } = "Dear {{Name}},\n\nyour number is {{Number}}.\n\nYours, the editors\n";

    public string? Html { get; init; } =
        "<html><body><p>Dear {{Name}},</p><p>your number is <b>{{Number}}</b>.</p><p>Yours, the editors</p></body></html>";

    /// <summary>The file that goes with every message, or null.</summary>
    public string? Attachment { get; init; }

    /// <summary>The PEM file of the authority that signed the sink's certificate: STARTTLS and login; null = neither.</summary>
    public string? Authority { get; init; }

    public string UserName { get; init; } = "user";

    public string Password { get; init; } = "password";

    /// <summary>For the library only: how flights are shared.</summary>
    public string Pipelining { get; init; } = nameof(SmtpPipelining.Standard);

    /// <summary>For the library only: how many messages a deep flight has at most; null = the default.</summary>
    public int? PipelineDepth { get; init; }

    /// <summary>For the library only: whether the next connection is opened while one ends.</summary>
    public bool Overlaps { get; init; }

    /// <summary>For the library only: whether the same address twice is looked for.</summary>
    public bool FindDuplicates { get; init; } = true;

    /// <summary>For the library only: the file of a SQLite ledger; null = in memory.</summary>
    public string? LedgerPath { get; init; }

    /// <summary>For the library only: octets that its heap may have, hexadecimal; null = as the runtime sees fit.</summary>
    public string? HeapLimit { get; init; }

    public int Total => Messages * Mailings;

    /// <summary>The same for a text that is so many octets longer on the wire, in lines of usual length.</summary>
    public Job Padded(int octets)
    {
        const int Line = 64;
        var lines = Enumerable.Range(0, (octets + Line - 1) / Line)
            .Select(i => new string('x', Math.Max(0, Math.Min(Line, octets - (i * Line)) - 2)) + "\n");
        return this with { Text = Text + string.Concat(lines) };
    }

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static Job Read(TextReader input) => JsonSerializer.Deserialize<Job>(input.ReadToEnd(), JsonSerializerOptions.Web)!;
}
