namespace SuperMail.Dispatch;

/// <summary>Identifies a mailing; ids made later sort later (UUID version 7, RFC 9562 §5.7).</summary>
/// <param name="Value">The identifier itself.</param>
public readonly record struct MailingId(Guid Value)
{
    /// <summary>A new id.</summary>
    public static MailingId Create() => new(Guid.CreateVersion7());

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not an id.</exception>
    public static MailingId Parse(string text) => new(Guid.Parse(text));

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("N");
}
