using System.Globalization;

namespace SuperMail.Dispatch.Soak;

/// <summary>What the command line chooses.</summary>
/// <param name="Messages">Messages in all; default 1,000,000.</param>
/// <param name="Faults">Faults spread over them; default one for twenty messages.</param>
/// <param name="Mailing">Recipients of a mailing: how often is measured; default 100,000.</param>
/// <param name="Threads">Connections at once; default 20.</param>
/// <param name="Deep">Where the relay offers what it needs, whole messages ahead of their replies, and a spare connection.</param>
internal sealed record SoakOptions(int Messages, int Faults, int Mailing, int Threads, bool Deep)
{
    public static SoakOptions Parse(string[] arguments)
    {
        var messages = Read("messages", 1_000_000);
        return new SoakOptions(
            messages,
            Read("faults", messages / 20),
            Math.Min(messages, Read("mailing", 100_000)),
            Read("threads", 20),
            arguments.Contains("--deep"));

        int Read(string name, int otherwise)
        {
            var at = Array.IndexOf(arguments, $"--{name}");
            return at < 0 ? otherwise
                : at + 1 < arguments.Length && int.TryParse(arguments[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : throw new ArgumentException($"--{name} needs a number.");
        }
    }
}
