using System.Net.Http.Headers;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Generic;

/// <summary>Any provider that takes one message by one HTTP request: address, headers, body and the meaning of answers are configured.</summary>
internal sealed class GenericModule() : HttpModule(
    "http", "http", "HTTP (any provider)", endpoint: null,
    ModuleField.Choice("http_method", "Method", "GET, POST or PUT.", "POST", "GET", "PUT"),
    ModuleField.Text("http_username", "User name", "For {username}, or a Basic login."),
    ModuleField.Secret("http_password", "Password", "For {password}, or a Basic login.") with { IsRequired = false },
    ModuleField.Text("http_basic", "Basic login", "true: user name and password go into an Authorization header.") with { Kind = SmsFieldKind.Switch, Default = "false" },
    ModuleField.Secret("http_headers", "Headers", "Name: value, several parted by |. No {text}.") with { IsRequired = false },
    ModuleField.Text("http_content_type", "Content type", "Of the body; values are encoded for it.") with { Default = "application/x-www-form-urlencoded" },
    ModuleField.Secret("http_body", "Body", "Template with {to} {number} {from} {text} {ucs2hex} {id} {reference} {callback} {validity} {segments} {username} {password}.") with { IsRequired = false },
    ModuleField.Text("http_success", "Success", "Regular expression that the answer of a taken message matches; left out, any 2xx."),
    ModuleField.Text("http_failure", "Failure", "Regular expression that the answer of a refused message matches."),
    ModuleField.Text("http_retry", "Retry", "Regular expression that an answer matches when the message may come again."),
    ModuleField.Text("http_id", "Message id", "Regular expression whose first group is the provider's id."))
{
    private static readonly string[] Patterns = ["http_success", "http_failure", "http_retry", "http_id"];

    public override IEnumerable<PluginConfigurationFault> Check(PluginConfiguration configuration)
    {
        foreach (var key in (string[])[EndpointKey, "http_body", "http_headers"])
        {
            if (RequestTemplate.Unknown(configuration[key]).Any())
            {
                yield return new PluginConfigurationFault(0, key, $"has a placeholder that is none; known: {string.Join(", ", RequestTemplate.Names)}.");
            }
        }

        if (configuration[EndpointKey] is { } address && (!IsAscii(address) || GenericOptions.Authority(address).Contains('{', StringComparison.Ordinal)))
        {
            yield return new PluginConfigurationFault(0, EndpointKey, "must be ASCII, with placeholders in path and query only.");
        }

        if (RequestTemplate.Has(configuration["http_headers"], "text") || !GenericOptions.TryHeaders(configuration["http_headers"], out _))
        {
            yield return new PluginConfigurationFault(0, "http_headers", "must be Name: value, several parted by |, without {text}.");
        }

        foreach (var key in Patterns.Where(key => configuration[key] is { } pattern && GenericOptions.TryPattern(pattern) is null))
        {
            yield return new PluginConfigurationFault(0, key, "must be a regular expression without look-around and back references.");
        }

        if (!MediaTypeHeaderValue.TryParse(configuration["http_content_type"], out _))
        {
            yield return new PluginConfigurationFault(0, "http_content_type", "must be a media type, such as application/json.");
        }
    }

    protected override IProviderDialect Dialect(PluginConfiguration configuration) =>
        new GenericDialect(GenericOptions.From(configuration, configuration.Required(EndpointKey)));

    private static bool IsAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
