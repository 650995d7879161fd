using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace SuperMail.Dispatch.SmsGateways.Callbacks;

/// <summary>What a callback brought, as the form that its provider uses.</summary>
internal sealed class CallbackContent
{
    private readonly SmsCallbackRequest _request;

    public CallbackContent(SmsCallbackRequest request)
    {
        _request = request;
        Query = Parse(request.Url.Query.TrimStart('?'));
        Form = IsForm ? Parse(Encoding.UTF8.GetString(request.Body.Span)) : [];
    }

    /// <summary>The fields of the address, decoded, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    /// <summary>The fields of a form's body, decoded, in their order; empty when the body is none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form { get; }

    public bool IsForm => Type.Length == 0 || Type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    public bool IsJson => Type.Contains("json", StringComparison.OrdinalIgnoreCase);

    private string Type => Header("Content-Type") ?? "";

    /// <summary>A field of the form or the address, or of a flat JSON object; null when it is not there or empty.</summary>
    public string? this[string name] => IsJson ? JsonField(name) : Field(Form, name) ?? Field(Query, name);

    /// <summary>A field of the address alone: what we put there ourselves.</summary>
    public string? InAddress(string name) => Field(Query, name);

    public string? Header(string name) =>
        _request.Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <exception cref="JsonException">The body is no JSON.</exception>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(_request.Body);
        return document.RootElement.Clone();
    }

    /// <exception cref="XmlException">The body is no XML.</exception>
    public XElement Xml() => ProviderXml.Parse(_request.Body);

    private string? JsonField(string name) => ProviderJson.Text(Json(), name);

    private static string? Field(IReadOnlyList<KeyValuePair<string, string>> fields, string name)
    {
        foreach (var (key, value) in fields)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase) && value.Length > 0)
            {
                return value;
            }
        }

        return null;
    }

    private static List<KeyValuePair<string, string>> Parse(string text)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var range in text.AsSpan().Split('&'))
        {
            var field = text.AsSpan(range);
            if (field.IsEmpty)
            {
                continue;
            }

            var sign = field.IndexOf('=');
            fields.Add(sign < 0
                ? KeyValuePair.Create(Decode(field), "")
                : KeyValuePair.Create(Decode(field[..sign]), Decode(field[(sign + 1)..])));
        }

        return fields;
    }

    private static string Decode(ReadOnlySpan<char> text) => WebUtility.UrlDecode(text.ToString());
}
