using System.Globalization;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Postfix's log, read for what it says about connections.</summary>
internal sealed class PostfixLog(string path, string host, int port)
{
    public string Text => File.Exists(path) ? File.ReadAllText(path) : "";

    /// <summary>Where the log stands, with nothing of earlier connections to come.</summary>
    public async Task<int> MarkAsync(CancellationToken cancellationToken) => (await QuietAsync(0, cancellationToken)).Length;

    /// <summary>The connections since a mark, once all are closed.</summary>
    public async Task<ServedConnections> SinceAsync(int mark, CancellationToken cancellationToken) =>
        new((await QuietAsync(mark, cancellationToken))[mark..]);

    // The log is written by a process of its own. A connection of ours, told by its HELO, comes behind all others:
    // once it stands there, every connection before it does too, and each is waited for to its end.
    private async Task<string> QuietAsync(int mark, CancellationToken cancellationToken)
    {
        // Watched for as long as it is waited for: Postfix writes ten lines a message, and a benchmark would pay for each.
        using var news = new FileNews(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        var goodbyes = ServedConnections.OursIn(Text);
        using (var dialogue = await PlainDialogue.ConnectAsync(host, port, cancellationToken))
        {
            await dialogue.SayAsync(null, cancellationToken);
            await dialogue.SayAsync("HELO mark.test", cancellationToken);
            await dialogue.SayAsync("QUIT", cancellationToken);
        }

        var text = "";
        await news.UntilAsync(
            () =>
            {
                text = Text;
                return text.EndsWith('\n') && ServedConnections.OursIn(text) > goodbyes && ServedConnections.AllClosedIn(text);
            },
            () => $"Connections are open still: {text[Math.Min(mark, text.Length)..]}",
            cancellationToken);
        return text;
    }
}

/// <summary>What Postfix logged about some connections, its own marks left out.</summary>
internal sealed partial record ServedConnections(string Text)
{
    /// <summary>How many there were.</summary>
    public int Count => Opened().Count(Text) - OursIn(Text);

    /// <summary>Commands of this name, answered with success, over all connections.</summary>
    public int Accepted(string command) => Sum(command, 1);

    /// <summary>Commands of this name over all connections.</summary>
    public int Total(string command) => Sum(command, 2);

    /// <summary>For each connection, how many commands of this name it brought.</summary>
    public IEnumerable<int> PerConnection(string command) => Lines().Select(line => Number(line, command, 2));

    public static int OursIn(string text) => Closed().Matches(text).Count(static line => IsOurs(line.Value));

    public static bool AllClosedIn(string text) => Opened().Count(text) == Closed().Count(text);

    private int Sum(string command, int group) => Lines().Sum(line => Number(line, command, group));

    private IEnumerable<string> Lines() => Closed().Matches(Text).Select(static line => line.Value).Where(static line => !IsOurs(line));

    private static bool IsOurs(string line) => line.Contains(" helo=1", StringComparison.Ordinal);

    // "rcpt=18/20": 18 of 20 succeeded; "rcpt=20": all.
    private static int Number(string line, string command, int group)
    {
        var match = Regex.Match(line, $@" {command}=(\d+)(?:/(\d+))?", RegexOptions.CultureInvariant);
        return !match.Success ? 0 : int.Parse(match.Groups[match.Groups[group].Success ? group : 1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"smtpd\[\d+\]: connect from ")]
    private static partial Regex Opened();

    [GeneratedRegex(@"smtpd\[\d+\]: disconnect from .*")]
    private static partial Regex Closed();
}
