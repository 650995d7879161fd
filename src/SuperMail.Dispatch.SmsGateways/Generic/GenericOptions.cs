using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.SmsGateways.Generic;

/// <summary>How one provider is spoken to.</summary>
internal sealed class GenericOptions
{
    public required HttpMethod Method { get; init; }

    public required RequestTemplate Address { get; init; }

    public required IReadOnlyList<(string Name, RequestTemplate Value)> Headers { get; init; }

    public RequestTemplate? Body { get; init; }

    public required MediaTypeHeaderValue ContentType { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public bool IsBasic { get; init; }

    public Regex? Success { get; init; }

    public Regex? Failure { get; init; }

    public Regex? Retry { get; init; }

    public Regex? Id { get; init; }

    public static GenericOptions From(PluginConfiguration configuration, string address)
    {
        var type = MediaTypeHeaderValue.Parse(configuration.Required("http_content_type"));
        TryHeaders(configuration["http_headers"], out var headers);
        return new GenericOptions
        {
            Method = new HttpMethod(configuration.Required("http_method")),
            Address = new RequestTemplate(address, static _ => ValueContext.Percent),
            Headers = headers,
            Body = configuration["http_body"] is { } body ? new RequestTemplate(body, before => ValueContexts.Of(type.MediaType!, before)) : null,
            ContentType = type,
            UserName = configuration["http_username"],
            Password = configuration["http_password"],
            IsBasic = configuration.Switch("http_basic"),
            Success = Pattern("http_success"),
            Failure = Pattern("http_failure"),
            Retry = Pattern("http_retry"),
            Id = Pattern("http_id"),
        };

        Regex? Pattern(string key) => configuration[key] is { } pattern ? TryPattern(pattern) : null;
    }

    /// <summary>Scheme, host and port of an address that may hold placeholders.</summary>
    public static string Authority(string address)
    {
        var host = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = address.IndexOfAny(['/', '?', '#'], host);
        return end < 0 ? address : address[..end];
    }

    /// <summary>A pattern that takes time in proportion to the answer's length, whatever the answer is; null when it cannot.</summary>
    public static Regex? TryPattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    public static bool TryHeaders(string? text, out IReadOnlyList<(string Name, RequestTemplate Value)> headers)
    {
        var read = new List<(string, RequestTemplate)>();
        headers = read;
        foreach (var line in (text ?? "").Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExceptInRange('!', '~'))
            {
                return false;
            }

            read.Add((line[..colon], new RequestTemplate(line[(colon + 1)..].Trim(), static _ => ValueContext.Plain)));
        }

        return true;
    }
}
