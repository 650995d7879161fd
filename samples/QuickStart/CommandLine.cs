using System.Globalization;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Help = """
        Sends a mailing and gives account of every recipient.

        usage: dotnet run --project samples/QuickStart -- [options]

          --recipients N          how many example recipients (default 1000)
          --csv FILE              recipients from a file instead: a column 'email' (or 'address'), optionally 'name';
                                  every column is a merge field: {{name}}, {{city|your town}}
          --subject TEXT          the subject; may hold merge fields
          --html FILE             the message as HTML with merge fields, instead of the example's text and HTML
          --from ADDRESS          the sender (default news@example.org)
          --max-per-connection N  e-mails per connection, for all threads together (default 100)
          --threads N             SMTP threads (default 5)
          --host NAME             a real relay instead of the embedded server
          --port N                its port (default 25)
          --help                  this text

        exit code: 0 everybody was sent to, 1 somebody was not, 2 bad input
        """;

    public int Recipients { get; init; } = 1000;

    public string? CsvFile { get; init; }

    public string Subject { get; init; } = "Spring news for {{name|you}}";

    public string? HtmlFile { get; init; }

    public string From { get; init; } = "news@example.org";

    public int MaxPerConnection { get; init; } = 100;

    public int Threads { get; init; } = 5;

    public string? Host { get; init; }

    public int Port { get; init; } = 25;

    /// <exception cref="BadInputException">An option is unknown or has no usable value.</exception>
    public static CommandLine Parse(string[] args)
    {
        var asked = new CommandLine();
        for (var i = 0; i < args.Length; i++)
        {
            var (option, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            asked = option switch
            {
                "--recipients" => asked with { Recipients = Number(0) },
                "--csv" => asked with { CsvFile = Value() },
                "--subject" => asked with { Subject = Value() },
                "--html" => asked with { HtmlFile = Value() },
                "--from" => asked with { From = Value() },
                "--max-per-connection" => asked with { MaxPerConnection = Number(1) },
                "--threads" => asked with { Threads = Number(1) },
                "--host" => asked with { Host = Value() },
                "--port" => asked with { Port = Number(1) },
                _ => throw new BadInputException($"unknown option '{option}'; --help lists them"),
            };

            string Value() => value ?? (i + 1 < args.Length ? args[++i] : throw new BadInputException($"{option} needs a value"));

            int Number(int least) => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
                ? number
                : throw new BadInputException($"{option} needs a whole number from {least} up");
        }

        return asked;
    }
}

/// <summary>The user gave something that cannot be used; the message says what, in one line.</summary>
internal sealed class BadInputException(string message) : Exception(message);
