namespace SuperMail.Dispatch;

/// <summary>One to whom a mailing goes. Nothing is checked here: a bad recipient fails alone and never stops the others.</summary>
public sealed class Recipient
{
    private static readonly Dictionary<string, string?> NoFields = [];

    /// <summary>A recipient with an e-mail address and, if known, the name shown beside it.</summary>
    public Recipient(string? address, string? displayName = null)
    {
        Address = address;
        DisplayName = displayName;
    }

    /// <summary>The e-mail address (one addr-spec, at most 254 octets) or, for SMS, the mobile number.</summary>
    public string? Address { get; }

    /// <summary>The name shown beside the address; may hold any text.</summary>
    public string? DisplayName { get; }

    /// <summary>Merge values by field name; names are compared without regard to letter case. Only the fields that the content uses are kept.</summary>
    public IReadOnlyDictionary<string, string?> Fields { get; init; } = NoFields;

    /// <summary>A whole message (RFC 5322) of the recipient's own, used with <see cref="EmailContent.RawPerRecipient"/>.</summary>
    public ReadOnlyMemory<byte> RawMessage { get; init; }
}
