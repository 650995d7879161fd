using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>One segment that reached the fake network.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The number.</param>
/// <param name="IsUcs2">Whether it came as UCS-2.</param>
/// <param name="Text">What it says.</param>
/// <param name="Part">Which part of how many (3GPP TS 23.040 §9.2.3.24.1); null when it is a text of its own.</param>
internal sealed record FakeSegment(string From, string To, bool IsUcs2, string Text, (int Index, int Total)? Part);

/// <summary>Reads what fakesmsc prints: <c>Got message 1: &lt;sender receiver kind …&gt;</c>.</summary>
internal sealed partial class FakeSmsc(KannelProcess process)
{
    public IReadOnlyList<FakeSegment> Segments => [.. process.Lines.Select(static l => Line().Match(l)).Where(static m => m.Success).Select(Read)];

    /// <summary>Waits until so many segments have come.</summary>
    public async Task<IReadOnlyList<FakeSegment>> WaitForAsync(int count, CancellationToken cancellationToken)
    {
        await process.UntilAsync(
            () => process.Lines.Count(static l => Line().IsMatch(l)) >= count,
            () => $"{Segments.Count} of {count} segments came.",
            cancellationToken);
        return Segments;
    }

    private static FakeSegment Read(Match line)
    {
        var (kind, rest) = (line.Groups["kind"].Value, line.Groups["rest"].Value);
        if (kind != "udh")
        {
            return new FakeSegment(line.Groups["from"].Value, line.Groups["to"].Value, kind == "ucs-2", kind == "ucs-2" ? Ucs2(rest) : rest, null);
        }

        // udh %05%00%03%02%03%01 data …: reference, total, index. Fakesmsc does not say the alphabet of a part.
        var words = rest.Split(' ', 3);
        var header = Octets(words[0]);
        var octets = Octets(words[2]);
        var isUcs2 = octets.Length % 2 == 0 && octets.Any(static o => o is 0 or > 127);
        return new FakeSegment(
            line.Groups["from"].Value, line.Groups["to"].Value, isUcs2,
            isUcs2 ? Encoding.BigEndianUnicode.GetString(octets) : Encoding.UTF8.GetString(octets), (header[^1], header[^2]));
    }

    private static string Ucs2(string encoded) => Encoding.BigEndianUnicode.GetString(Octets(encoded));

    private static byte[] Octets(string encoded) => WebUtility.UrlDecodeToBytes(Encoding.ASCII.GetBytes(encoded), 0, encoded.Length)!;

    [GeneratedRegex(@"Got message \d+: <(?<from>\S+) (?<to>\S+) (?<kind>text|data|ucs-2|udh) ?(?<rest>.*)>$")]
    private static partial Regex Line();
}
