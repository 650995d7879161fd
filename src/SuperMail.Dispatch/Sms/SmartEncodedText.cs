namespace SuperMail.Dispatch;

/// <summary>What smart encoding made of a text.</summary>
/// <param name="Text">The text to send.</param>
/// <param name="Replacements">What was replaced, in the order of first appearance; empty when the text needs UCS-2 all the same.</param>
/// <param name="ForcedUcs2">The characters that have no replacement and make the text UCS-2, each once; empty when it is GSM 7-bit.</param>
/// <param name="Segments">What <paramref name="Text"/> takes.</param>
public sealed record SmartEncodedText(
    string Text,
    IReadOnlyList<SmartReplacement> Replacements,
    IReadOnlyList<string> ForcedUcs2,
    SmsSegmentCount Segments);
