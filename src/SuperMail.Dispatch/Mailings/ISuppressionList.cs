namespace SuperMail.Dispatch;

/// <summary>
/// The host's list of those who must not be written to. Asked for each window just before it is begun, from a
/// dependency-injection scope of its own, so that who unsubscribes at noon is not written to at one.
/// </summary>
public interface ISuppressionList
{
    /// <summary>Says which of a batch are to be blocked.</summary>
    /// <returns>The indexes (0-based, into <paramref name="addresses"/>) of those that must not be written to.</returns>
    /// <remarks>When it throws, nothing of the batch is sent: the mailing pauses with the reason.</remarks>
    ValueTask<IReadOnlyCollection<int>> FilterAsync(MailingId mailing, IReadOnlyList<string> addresses, CancellationToken cancellationToken);
}
