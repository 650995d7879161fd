using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace SuperMail.Dispatch.SmsGateways.Tests.Stub;

/// <summary>A request as it came, byte for byte, and as a provider would decode it.</summary>
public sealed record StubRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public XElement Xml => XElement.Load(new MemoryStream(Body));

    public string? Query(string name) => Field(Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..] : "", name);

    public string? Form(string name) => Field(Text, name);

    /// <summary>Request line, the headers that matter, body: what is compared with the documented form.</summary>
    public string Shape()
    {
        string[] shown = ["Accept", "Authorization", "Content-Type", "X-CM-PRODUCTTOKEN", "X-Key"];
        var headers = shown.Where(Headers.ContainsKey).Select(name => $"{name}: {Headers[name]}\n");
        return $"{Method} {Target}\n{string.Concat(headers)}\n{Text}";
    }

    public static async Task<StubRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var octet = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(octet, cancellationToken) == 0)
            {
                return null;
            }

            head.Append((char)octet[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var start = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(static l => l.Split(": ", 2)).ToDictionary(static h => h[0], static h => h[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return new StubRequest(start[0], start[1], headers, body);
    }

    private static string? Field(string fields, string name) =>
        fields.Split('&').Select(static f => f.Split('=', 2)).Where(f => f[0] == name).Select(static f => WebUtility.UrlDecode(f[1])).FirstOrDefault();
}
