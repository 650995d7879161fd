using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>What a kind of mailing asks of its recipients while they are read.</summary>
internal interface IRecipientRule
{
    /// <summary>The merge fields whose values are kept.</summary>
    IReadOnlyList<string> FieldNames { get; }

    /// <summary>The recipient as it is stored: judged, and brought into its usual form.</summary>
    /// <param name="given">As the caller gave it.</param>
    /// <param name="seen">Those that were read before; null = duplicates are not looked for.</param>
    StoredRecipient Judge(in StoredRecipient given, SeenAddresses? seen);
}

internal static class RecipientRules
{
    public static IRecipientRule Of(MailingDefinition definition) => definition switch
    {
        SmsDefinition sms => new PhoneRule(sms),
        EmailDefinition { Phones: { } phones } => new PhoneByEmailRule(phones),
        _ => new AddressRule((EmailDefinition)definition),
    };

    public static StoredRecipient Failed(in StoredRecipient given, OutcomeReason reason, string? why) =>
        given with { PreJudged = new OutcomeCode(OutcomeKind.Failed, reason), Reason = why };

    public static StoredRecipient Duplicate(in StoredRecipient given) => given with { PreJudged = new OutcomeCode(OutcomeKind.Duplicate) };
}

/// <summary>E-mail to people.</summary>
internal sealed class AddressRule(EmailDefinition definition) : IRecipientRule
{
    private readonly bool _rawPerRecipient = definition.Content is RawContent { Message.IsEmpty: true };

    public IReadOnlyList<string> FieldNames => definition.FieldNames;

    public StoredRecipient Judge(in StoredRecipient given, SeenAddresses? seen)
    {
        if (!EmailAddress.TrySplit(given.Address, out var at, out var domain, out _, out var error))
        {
            return RecipientRules.Failed(given, OutcomeReason.BadAddress, error);
        }

        return seen?.Add(given.Address.AsSpan(0, at), domain) == false ? RecipientRules.Duplicate(given)
            : _rawPerRecipient && given.Raw.IsEmpty ? RecipientRules.Failed(given, OutcomeReason.BadContent, "The recipient brings no raw message.")
            : given;
    }
}

/// <summary>Texts to phones: the number is stored in its international form, so that the day's default country decides once.</summary>
internal sealed class PhoneRule(SmsDefinition definition) : IRecipientRule
{
    private readonly SmsComposer _composer = SmsComposer.Create(definition);

    public IReadOnlyList<string> FieldNames => definition.FieldNames;

    public StoredRecipient Judge(in StoredRecipient given, SeenAddresses? seen) => Judge(given, seen, out _, out _);

    /// <summary>The same, with the number and the text of a recipient who passed.</summary>
    public StoredRecipient Judge(in StoredRecipient given, SeenAddresses? seen, out PhoneNumber number, out string? text)
    {
        text = null;
        if (!PhoneNumber.TryParse(given.Address, definition.DefaultCountry, out number, out var error))
        {
            return RecipientRules.Failed(given, OutcomeReason.BadAddress, error);
        }

        var stored = given with { Address = number.ToString() };
        if (seen?.Add(number) == false)
        {
            return RecipientRules.Duplicate(stored);
        }

        var composed = _composer.Compose(stored.Address, stored.DisplayName, stored.Values);
        text = composed.Text;
        return composed.Fault is null ? stored : RecipientRules.Failed(stored, composed.Reason, composed.Fault);
    }
}

/// <summary>Texts to phones by way of an e-mail gateway: rewritten here, so that they pass the e-mail lane's quota like any other e-mail.</summary>
internal sealed class PhoneByEmailRule(PhoneRoute route) : IRecipientRule
{
    private readonly PhoneRule _phones = new(route.Text);

    public IReadOnlyList<string> FieldNames => route.Text.FieldNames;

    public StoredRecipient Judge(in StoredRecipient given, SeenAddresses? seen)
    {
        var judged = _phones.Judge(given, seen, out var number, out var text);

        // The composed text is the e-mail's one value: what was merged and counted for the phone is what is sent.
        return judged.PreJudged.Kind is OutcomeKind.None
            ? judged with { Address = $"{number.Digits}@{route.Domain}", DisplayName = null, Values = [text] }
            : judged;
    }
}
