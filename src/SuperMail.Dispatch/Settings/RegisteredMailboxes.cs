using System.Diagnostics.CodeAnalysis;

namespace SuperMail.Dispatch.Settings;

/// <summary>The mailboxes of valid settings, found by address or alias.</summary>
internal sealed class RegisteredMailboxes
{
    // Enough to recognise a typing error by; a tenant may have thousands.
    private const int MostNamed = 20;

    private readonly Dictionary<EmailAddress, MailboxSettings> _owners = [];

    public RegisteredMailboxes(EmailSettings email)
    {
        foreach (var mailbox in email.Mailboxes)
        {
            _owners.TryAdd(EmailAddress.Parse(mailbox.Address), mailbox);
            foreach (var alias in mailbox.Aliases)
            {
                _owners.TryAdd(EmailAddress.Parse(alias), mailbox);
            }
        }
    }

    /// <summary>The mailbox that has this address or alias.</summary>
    public bool TryFind(EmailAddress address, [NotNullWhen(true)] out MailboxSettings? owner) =>
        _owners.TryGetValue(address, out owner);

    /// <summary>The registered addresses, for an error that teaches.</summary>
    public override string ToString() => Names(_owners.Keys);

    public static string Names(IReadOnlyCollection<EmailAddress> addresses) => addresses.Count switch
    {
        0 => "none",
        <= MostNamed => string.Join(", ", addresses),
        _ => $"{string.Join(", ", addresses.Take(MostNamed))} and {addresses.Count - MostNamed} more",
    };
}
