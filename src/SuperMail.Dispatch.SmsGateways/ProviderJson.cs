using System.Globalization;
using System.Text.Json;

namespace SuperMail.Dispatch.SmsGateways;

/// <summary>Reads JSON whose fields come as text or number as the provider pleases, in any letter case.</summary>
internal static class ProviderJson
{
    /// <summary>A field of an object; null when it is not there, or null, or no object was given.</summary>
    public static JsonElement? Field(JsonElement? element, string name)
    {
        if (element is not { ValueKind: JsonValueKind.Object } here)
        {
            return null;
        }

        foreach (var property in here.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value.ValueKind == JsonValueKind.Null ? null : property.Value;
            }
        }

        return null;
    }

    /// <summary>A field as text; null when it is not there, empty, or holds other fields.</summary>
    public static string? Text(JsonElement? element, string name) => Field(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } some ? some : null,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value => value.GetRawText(),
        _ => null,
    };

    public static int? Whole(JsonElement? element, string name) =>
        int.TryParse(Text(element, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static decimal? Amount(JsonElement? element, string name) =>
        decimal.TryParse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The objects of a field: of an array, of arrays in it, or the one object in place of an array.</summary>
    public static IEnumerable<JsonElement> Objects(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Object } one => [one],
        { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().SelectMany(static e => Objects(e)),
        _ => [],
    };
}
