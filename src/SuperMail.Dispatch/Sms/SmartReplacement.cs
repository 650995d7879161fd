namespace SuperMail.Dispatch;

/// <summary>A character that smart encoding put another text in place of.</summary>
/// <param name="Original">The character, one or two UTF-16 units.</param>
/// <param name="Replacement">What stands in its place: characters of the GSM alphabet, or nothing.</param>
/// <param name="Count">How often.</param>
public sealed record SmartReplacement(string Original, string Replacement, int Count);
