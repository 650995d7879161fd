namespace SuperMail.Dispatch;

/// <summary>The words by which a phone leaves a list.</summary>
public static class SmsOptOut
{
    private static readonly string[] All = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];

    /// <summary>STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT.</summary>
    public static IReadOnlyList<string> Words => All;

    /// <summary>True when the text is one of the words, blanks around it and letter case ignored. A sentence that holds one is none.</summary>
    public static bool IsOptOut(string? text) => IsOptOut(text.AsSpan());

    /// <summary>True when the text is one of the words, blanks around it and letter case ignored.</summary>
    public static bool IsOptOut(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        foreach (var word in All)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Who said STOP, kept by the host. Asked before each batch, so that who says it at noon gets no text at one.</summary>
public interface ISmsOptOutList
{
    /// <summary>Says which of these numbers are opted out.</summary>
    /// <remarks>When it throws, nothing of the batch is sent and it is tried again later.</remarks>
    ValueTask<IReadOnlyCollection<PhoneNumber>> FindAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken cancellationToken);

    /// <summary>Remembers a number that said STOP. Repeating it changes nothing.</summary>
    ValueTask AddAsync(PhoneNumber number, CancellationToken cancellationToken);
}
