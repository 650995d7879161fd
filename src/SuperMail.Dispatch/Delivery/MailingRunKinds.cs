using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Delivery;

/// <summary>An e-mail mailing while it is sent.</summary>
internal sealed class EmailRun(EmailDefinition definition, MailingCounts counts, TimeProvider time)
    : MailingRun(definition, LaneNames.Email, counts, time)
{
    public new EmailDefinition Definition { get; } = definition;

    public IMessageComposer Composer { get; } = MessageComposer.Create(definition);
}

/// <summary>An SMS mailing while it is sent.</summary>
internal sealed class SmsRun(SmsDefinition definition, MailingCounts counts, TimeProvider time)
    : MailingRun(definition, LaneNames.Sms, counts, time)
{
    public new SmsDefinition Definition { get; } = definition;

    public SmsComposer Composer { get; } = SmsComposer.Create(definition);
}
