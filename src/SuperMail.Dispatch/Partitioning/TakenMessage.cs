namespace SuperMail.Dispatch.Partitioning;

/// <summary>What a provider said of a recipient whose message it took, beside that it did.</summary>
/// <param name="Keys">Under which it will report.</param>
/// <param name="Usage">What it counted.</param>
internal sealed record TakenMessage(IReadOnlyList<string> Keys, SmsUsage Usage);
