using SuperMail.Dispatch.Settings;

namespace SuperMail.Dispatch;

/// <summary>Who a mailing comes from, resolved and parsed.</summary>
/// <param name="From">Stands in From; a registered mailbox or alias.</param>
/// <param name="DisplayName">The name beside it, or null.</param>
/// <param name="ReplyTo">Where answers go; null = to From.</param>
/// <param name="EnvelopeFrom">Where bounces return, tags included; null = From.</param>
internal readonly record struct Sender(EmailAddress From, string? DisplayName, EmailAddress? ReplyTo, string? EnvelopeFrom);

/// <summary>
/// The From rule: the mailing's own From, then the mailing's mailbox, then the default From address; each only when it
/// is registered, so that nobody sends as somebody else.
/// </summary>
internal static class SenderRule
{
    /// <summary>Resolves the sender of a mailing.</summary>
    /// <param name="mailing">The mailing at the door.</param>
    /// <param name="email">Valid settings.</param>
    /// <param name="section">The configuration section that errors name.</param>
    /// <exception cref="MailingRefusedException">An address is malformed or not registered; names the registered ones.</exception>
    public static Sender Resolve(EmailMailing mailing, EmailSettings email, string section = "Mailing")
    {
        var registered = new RegisteredMailboxes(email);
        var (from, mailbox) = ResolveFrom(mailing, email, registered, section);
        CheckDomain(from, email, section);

        var replyTo = FirstSet(mailing.ReplyTo, mailbox.ReplyTo, email.ReplyTo);
        return new Sender(
            from,
            FirstSet(mailing.FromName, mailbox.DisplayName),
            replyTo is null ? null : Parse(nameof(mailing.ReplyTo), replyTo),
            ResolveEnvelopeFrom(mailing, email));
    }

    private static (EmailAddress From, MailboxSettings Mailbox) ResolveFrom(
        EmailMailing mailing, EmailSettings email, RegisteredMailboxes registered, string section)
    {
        if (!string.IsNullOrEmpty(mailing.From))
        {
            var from = Parse(nameof(mailing.From), mailing.From);
            return registered.TryFind(from, out var owner) ? (from, owner)
                : throw NotRegistered(nameof(mailing.From), from, "the address or an alias of a registered mailbox");
        }

        if (!string.IsNullOrEmpty(mailing.Mailbox))
        {
            var address = Parse(nameof(mailing.Mailbox), mailing.Mailbox);
            return registered.TryFind(address, out var mailbox) && EmailAddress.Parse(mailbox.Address).Equals(address) ? (address, mailbox)
                : throw NotRegistered(nameof(mailing.Mailbox), address, "the address of a registered mailbox");
        }

        if (string.IsNullOrEmpty(email.DefaultFromAddress))
        {
            throw new MailingRefusedException(
                $"The mailing has no From and no mailbox, and {section}:Email:{nameof(email.DefaultFromAddress)} is not set.");
        }

        var byDefault = Parse(nameof(email.DefaultFromAddress), email.DefaultFromAddress);
        return registered.TryFind(byDefault, out var byDefaultOwner) ? (byDefault, byDefaultOwner)
            : throw NotRegistered(nameof(email.DefaultFromAddress), byDefault, "the address or an alias of a registered mailbox");

        MailingRefusedException NotRegistered(string what, EmailAddress address, string rule) => new(
            $"{what} = {SettingsFaults.Quoted(address.ToString())}: must be {rule} ({section}:Email:{nameof(email.Mailboxes)}); registered: {registered}.");
    }

    // The validator holds mailboxes to the same list; this one guards settings that were put together by code.
    private static void CheckDomain(EmailAddress from, EmailSettings email, string section)
    {
        if (email.ApprovedSendingDomains is { Count: > 0 } domains
            && !domains.Any(domain => EmailAddress.TryParse($"x@{domain}", out var approved, out _) && approved.Domain == from.Domain))
        {
            throw new MailingRefusedException(
                $"From = {SettingsFaults.Quoted(from.ToString())}: must be of a domain in {section}:Email:{nameof(email.ApprovedSendingDomains)}: {string.Join(", ", domains)}.");
        }
    }

    private static string? ResolveEnvelopeFrom(EmailMailing mailing, EmailSettings email)
    {
        var envelopeFrom = FirstSet(mailing.EnvelopeFrom, email.EnvelopeFrom);
        return envelopeFrom is null || EnvelopeFromRule.Fault(envelopeFrom) is not { } rule
            ? envelopeFrom
            : throw new MailingRefusedException($"{nameof(mailing.EnvelopeFrom)} = {SettingsFaults.Quoted(envelopeFrom)}: {rule}.");
    }

    // The parser's error does not repeat the value; here neither: it comes from a caller, not from the operator.
    private static EmailAddress Parse(string what, string text) => EmailAddress.TryParse(text, out var address, out var error)
        ? address
        : throw new MailingRefusedException($"{what} must be one address: {error}");

    private static string? FirstSet(params ReadOnlySpan<string?> choices)
    {
        foreach (var choice in choices)
        {
            if (!string.IsNullOrEmpty(choice))
            {
                return choice;
            }
        }

        return null;
    }
}
