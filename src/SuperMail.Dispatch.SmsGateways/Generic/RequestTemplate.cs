using System.Text;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.SmsGateways.Generic;

/// <summary>Text with <c>{names}</c>, filled in one pass: what a value brings along is not looked at again.</summary>
internal sealed partial class RequestTemplate
{
    public static readonly IReadOnlyList<string> Names =
        ["to", "number", "from", "text", "ucs2hex", "id", "reference", "callback", "validity", "segments", "username", "password"];

    private readonly string _text;
    private readonly (Range Place, string Name, ValueContext Context)[] _places;

    /// <param name="text">The template.</param>
    /// <param name="contextAt">The context of a value behind what stands before it.</param>
    public RequestTemplate(string text, Func<string, ValueContext> contextAt)
    {
        _text = text;
        _places =
        [
            .. Placeholder().Matches(text).Where(static m => Names.Contains(m.Groups[1].Value))
                .Select(m => (new Range(m.Index, m.Index + m.Length), m.Groups[1].Value, contextAt(text[..m.Index]))),
        ];
    }

    /// <summary>Names in braces that are none of ours: spelling mistakes, which would be sent as they stand.</summary>
    public static IEnumerable<string> Unknown(string? text) =>
        Placeholder().Matches(text ?? "").Select(static m => m.Groups[1].Value).Where(static name => !Names.Contains(name));

    public static bool Has(string? text, string name) => text?.Contains($"{{{name}}}", StringComparison.Ordinal) == true;

    public string Fill(Func<string, string> valueOf)
    {
        var filled = new StringBuilder();
        var from = 0;
        foreach (var (place, name, context) in _places)
        {
            filled.Append(_text, from, place.Start.Value - from).Append(ValueContexts.Encode(context, valueOf(name)));
            from = place.End.Value;
        }

        return filled.Append(_text, from, _text.Length - from).ToString();
    }

    [GeneratedRegex(@"\{([a-z][a-z0-9_]*)\}")]
    private static partial Regex Placeholder();
}
