using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>A recipient's text, or why there is none.</summary>
/// <param name="Text">What is sent; null when it cannot be.</param>
/// <param name="Segments">How it is written and what it takes.</param>
/// <param name="Reason">Why it cannot be sent.</param>
/// <param name="Fault">The same in a sentence, without the text.</param>
internal readonly record struct SmsComposition(string? Text, SmsSegmentCount Segments, OutcomeReason Reason, string? Fault)
{
    public static SmsComposition Refused(OutcomeReason reason, string fault) => new(null, default, reason, fault);
}

/// <summary>Composes the texts of one SMS mailing. Safe for several threads at once.</summary>
internal sealed class SmsComposer
{
    private const string Part = "Text";

    private readonly SmsDefinition _definition;
    private readonly List<(string? Literal, MergeField? Field)> _pieces = [];

    private SmsComposer(SmsDefinition definition) => _definition = definition;

    /// <summary>The text cut at its tags.</summary>
    /// <exception cref="MailingRefusedException">A tag is malformed: names the place.</exception>
    public static TemplateText Cut(string text, TagStyle style) => TemplateText.Parse(Part, text, style);

    /// <summary>Compiles a mailing's text.</summary>
    /// <exception cref="MailingRefusedException">It cannot be right for any recipient: names the place and the rule.</exception>
    public static SmsComposer Create(SmsDefinition definition)
    {
        var composer = new SmsComposer(definition);
        var text = Cut(definition.Text, definition.TagStyle);
        foreach (var token in text.Tokens)
        {
            composer._pieces.Add(token.IsTag ? (null, MergeField.Bind(text, token, definition.FieldNames)) : (token.Text, null));
        }

        return text.HasTags || composer.Compose("", null, []) is not { Fault: { } fault } ? composer : throw new MailingRefusedException($"{Part}: {fault}");
    }

    /// <summary>The text of one recipient.</summary>
    /// <param name="address">What the tag <c>recipient.address</c> stands for.</param>
    /// <param name="displayName">The name beside it, or null.</param>
    /// <param name="values">Merge values in the order of the definition's field names.</param>
    public SmsComposition Compose(string address, string? displayName, string?[] values)
    {
        var merged = new StringBuilder();
        foreach (var (literal, field) in _pieces)
        {
            if (literal is null && field!.ValueOf(address, displayName, values) is null)
            {
                return SmsComposition.Refused(OutcomeReason.BadContent, field.Missing);
            }

            merged.Append(literal ?? field!.ValueOf(address, displayName, values));
        }

        return Judge(merged.ToString(), _definition.Encoding, _definition.SmartEncode, _definition.MaxSegments);
    }

    /// <summary>A text as it is sent, or why it cannot be: never cut, never altered beyond what smart encoding was asked for.</summary>
    public static SmsComposition Judge(string? given, SmsEncoding encoding, bool smartEncode, int maxSegments)
    {
        if (!SmsText.TryRead(given, out var text, out var error))
        {
            return SmsComposition.Refused(OutcomeReason.BadContent, error);
        }

        text = smartEncode && encoding is not SmsEncoding.Ucs2 ? SmartEncoding.Apply(text).Text : text;
        if (!SmsSegments.TryCount(text, encoding, out var segments, out error))
        {
            return SmsComposition.Refused(OutcomeReason.BadContent, error);
        }

        return segments.Segments <= maxSegments
            ? new SmsComposition(text, segments, OutcomeReason.None, null)
            : SmsComposition.Refused(
                OutcomeReason.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"The text takes {segments.Segments} segments; MaxSegments = {maxSegments}."));
    }
}
