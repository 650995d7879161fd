using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Where a mailing is parsed once: refused here, or trusted from here on.</summary>
internal sealed class MailingDoor(EnginePorts ports)
{
    private readonly SmsDoor _sms = new(ports);

    /// <summary>A mailing that was let in, with its recipients about to be read.</summary>
    /// <param name="Mailing">As the ledger has it.</param>
    /// <param name="Definition">What goes out.</param>
    /// <param name="Recipients">The source, at its first element when <paramref name="HasFirst"/>.</param>
    /// <param name="HasFirst">Whether the source has an element.</param>
    /// <param name="Existed">True when the external key was held by this same mailing already.</param>
    public sealed record Admitted(
        LedgerMailing Mailing, MailingDefinition Definition, IAsyncEnumerator<Recipient> Recipients, bool HasFirst, bool Existed);

    /// <summary>Lets a mailing in and creates it in the ledger.</summary>
    /// <exception cref="MailingRefusedException">The settings, the sender, the content or the external key do not allow it.</exception>
    public async Task<Admitted> AdmitAsync(
        Mailing mailing, bool sendBeforeSeal, string? reader, CancellationToken cancellationToken)
    {
        ThrowIfUnconfigured(mailing);
        var recipients = mailing.Recipients.GetAsyncEnumerator(cancellationToken);
        try
        {
            var hasFirst = await FirstAsync(recipients).ConfigureAwait(false);
            var known = mailing.FieldNames ?? (hasFirst ? [.. recipients.Current?.Fields.Keys ?? []] : null);
            var definition = await DefineAsync(mailing, known, cancellationToken).ConfigureAwait(false);
            var created = await ports.Ledger.CreateMailingAsync(
                Describe(definition, mailing.ExternalKey, mailing.Priority, mailing.NotBefore) with
                {
                    SendBeforeSeal = sendBeforeSeal,
                    ReaderInstanceId = reader,
                },
                cancellationToken).ConfigureAwait(false);
            return created.Existed
                ? new Admitted(created.Mailing, Same(created.Mailing, definition), recipients, hasFirst, true)
                : new Admitted(created.Mailing, definition, recipients, hasFirst, false);
        }
        catch
        {
            await recipients.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Everything about a mailing but its recipients, parsed and compiled once to see that it can be.</summary>
    /// <exception cref="MailingRefusedException">The settings, the sender or the content do not allow it.</exception>
    public async Task<MailingDefinition> DefineAsync(Mailing mailing, IReadOnlyCollection<string>? knownFields, CancellationToken cancellationToken) => mailing switch
    {
        SmsMailing sms => Define(sms, knownFields),
        _ => await DefineEmailAsync((EmailMailing)mailing, knownFields, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>Everything about an e-mail mailing but its recipients.</summary>
    /// <exception cref="MailingRefusedException">The settings, the sender or the content do not allow it.</exception>
    public async Task<EmailDefinition> DefineEmailAsync(EmailMailing mailing, IReadOnlyCollection<string>? knownFields, CancellationToken cancellationToken)
    {
        ThrowIfUnconfigured(mailing);
        var sender = SenderRule.Resolve(mailing, ports.Settings().Email, ports.Section);
        var content = await ReadAttachmentsAsync(mailing.Content, cancellationToken).ConfigureAwait(false);
        var definition = new EmailDefinition
        {
            Id = MailingId.Create(),
            Name = mailing.Name,
            Content = content,
            FieldNames = TemplateFields.Collect(content, sender.EnvelopeFrom, knownFields),
            From = sender.From,
            FromName = sender.DisplayName,
            ReplyTo = sender.ReplyTo,
            EnvelopeFrom = sender.EnvelopeFrom,
            Date = ports.Time.GetLocalNow(),
            InDoubtPolicy = mailing.InDoubtPolicy,
            Dsn = mailing.Dsn,
        };
        _ = MessageComposer.Create(definition);
        return definition;
    }

    /// <summary>Everything about an SMS mailing but its recipients; e-mail when the texts go by way of an e-mail gateway.</summary>
    /// <exception cref="MailingRefusedException">The settings, the sender or the text do not allow it.</exception>
    public MailingDefinition Define(SmsMailing mailing, IReadOnlyCollection<string>? knownFields)
    {
        ThrowIfUnconfigured(mailing);
        var definition = _sms.Define(mailing, knownFields);
        return ports.Settings().Sms.UseWebService ? definition : _sms.ByEmail(definition);
    }

    private void ThrowIfUnconfigured(Mailing mailing)
    {
        var fault = mailing is not SmsMailing ? ports.EmailFault()
            : ports.SmsFault() ?? (ports.Settings().Sms.UseWebService ? null : ports.EmailFault());
        if (fault is not null)
        {
            throw new MailingRefusedException(fault);
        }
    }

    public static NewMailing Describe(MailingDefinition definition, string? externalKey, MailingPriority priority, DateTimeOffset? notBefore) => new()
    {
        Id = definition.Id,
        ExternalKey = externalKey,
        Name = definition.Name,
        Lane = definition is SmsDefinition ? LaneNames.Sms : LaneNames.Email,
        Definition = DefinitionCodec.Encode(definition),
        DefinitionHash = DefinitionCodec.Hash(definition),
        Priority = priority,
        InDoubtPolicy = definition.InDoubtPolicy,
        NotBefore = notBefore,
    };

    private static MailingDefinition Same(LedgerMailing existing, MailingDefinition definition) =>
        existing.Created.DefinitionHash.Span.SequenceEqual(DefinitionCodec.Hash(definition).Span)
            ? DefinitionCodec.Decode(existing.Created.Definition)
            : throw new MailingConflictException(
                existing.Id, $"The external key is held by mailing {existing.Id} '{existing.Created.Name}', whose content or sender differs.");

    private static async ValueTask<bool> FirstAsync(IAsyncEnumerator<Recipient> recipients)
    {
        try
        {
            return await recipients.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new MailingRefusedException($"The recipients' sequence failed before its first element: {fault.GetType().Name}.", fault);
        }
    }

    private static async ValueTask<EmailContent> ReadAttachmentsAsync(EmailContent content, CancellationToken cancellationToken)
    {
        if (content is not TemplateContent { Attachments.Count: > 0 } template)
        {
            return content;
        }

        var read = new List<Attachment>(template.Attachments.Count);
        foreach (var attachment in template.Attachments)
        {
            read.Add(await attachment.ReadAsync(cancellationToken).ConfigureAwait(false));
        }

        return template with { Attachments = read };
    }
}
