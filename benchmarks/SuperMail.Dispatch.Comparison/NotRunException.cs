namespace SuperMail.Dispatch.Comparison;

/// <summary>Something that a comparison needs is not here; the message says what, and how it is installed.</summary>
internal sealed class NotRunException(string message) : Exception(message);
