using System.Text;
using SuperMail.Dispatch;

/// <summary>The mailing's content and recipients, from files or made up.</summary>
internal static class Input
{
    private const string Text = """
        Dear {{name|customer}},

        spring is here, and so is our new catalogue.

        The people at Example
        """;

    private const string Html = """
        <!DOCTYPE html>
        <html><body>
          <p>Dear <b>{{name|customer}}</b>,</p>
          <p>spring is here, and so is our <a href="https://example.org/spring?for={{name|you}}">new catalogue</a>.</p>
          <p>The people at Example</p>
        </body></html>
        """;

    /// <summary>One segment; with the invitation two.</summary>
    public const string SmsText = "Dear {{name}}, our spring catalogue is here: https://example.org/spring{{invitation|}}";

    private const string Invitation = " You are invited to our open day on the first Saturday of April, from ten o'clock on. Come early, and bring a friend.";

    /// <summary>200 phones, of which every 14th is invited: 186 texts of one segment and 14 of two, 214 in all. The numbers are kept for drama.</summary>
    public static IEnumerable<Recipient> Phones() => Enumerable.Range(1, 200).Select(static number => new Recipient($"07700 900{number:D3}")
    {
        Fields = new Dictionary<string, string?> { ["name"] = $"Customer {number}", ["invitation"] = number % 14 == 0 ? Invitation : null },
    });

    public static TemplateContent Content(CommandLine asked) => asked.HtmlFile is null
        ? new TemplateContent { Subject = asked.Subject, Text = Text, Html = Html }
        : new TemplateContent { Subject = asked.Subject, Html = Open(asked.HtmlFile).ReadToEnd() };

    /// <summary>The recipients and how many they are. A file is read twice: once to see that all of it can be used, once to send.</summary>
    public static (IEnumerable<Recipient> Recipients, int Total) Recipients(CommandLine asked) => asked.CsvFile is null
        ? (Enumerable.Range(1, asked.Recipients).Select(MadeUp), asked.Recipients)
        : (FromFile(asked.CsvFile), FromFile(asked.CsvFile).Count());

    private static Recipient MadeUp(int number) => new($"customer{number}@example.com", $"Customer {number}")
    {
        Fields = new Dictionary<string, string?> { ["name"] = $"Customer {number}" },
    };

    private static IEnumerable<Recipient> FromFile(string path)
    {
        using var text = Open(path);
        foreach (var record in Csv.Read(text))
        {
            if (!record.TryGetValue("email", out var address) && !record.TryGetValue("address", out address))
            {
                throw new BadInputException($"the CSV file needs a column 'email' or 'address'; it has: {string.Join(", ", record.Keys)}");
            }

            yield return new Recipient(address, record.GetValueOrDefault("name")) { Fields = record };
        }
    }

    // Strict: a file in another encoding is refused instead of being sent as gibberish.
    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"cannot read '{path}': {fault.Message}");
        }
    }
}
