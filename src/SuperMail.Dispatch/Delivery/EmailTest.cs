using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Sends a mailing's message to a few, without ledger, partitioner or retries.</summary>
internal sealed class EmailTest(EnginePorts ports)
{
    private const int MostRecipients = 20;

    private readonly MailingDoor _door = new(ports);

    public async Task<IReadOnlyList<EmailTestResult>> SendAsync(EmailMailing mailing, CancellationToken cancellationToken)
    {
        var recipients = new List<Recipient>();
        await foreach (var recipient in mailing.Recipients.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            recipients.Add(recipient);
            if (recipients.Count > MostRecipients)
            {
                throw new MailingRefusedException($"A test goes to at most {MostRecipients} recipients.");
            }
        }

        var known = mailing.FieldNames ?? (recipients.Count > 0 ? [.. recipients[0].Fields.Keys] : null);
        var definition = await _door.DefineEmailAsync(mailing, known, cancellationToken).ConfigureAwait(false);
        return await SendAsync(definition, recipients, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<EmailTestResult>> SendAsync(EmailDefinition definition, IReadOnlyList<Recipient> recipients, CancellationToken cancellationToken)
    {
        using var intake = new RecipientIntake(ports.Ledger, RecipientRules.Of(definition), DuplicateDetection.Off, ports.Time);
        using var feed = new TestFeed(definition, [.. recipients.Select(intake.Judge)]);
        var session = await ports.Transport().OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.SendAsync(feed, cancellationToken).ConfigureAwait(false);
        }

        return feed.Results;
    }

    private sealed class TestFeed(EmailDefinition definition, StoredRecipient[] recipients) : IMailFeed, IDisposable
    {
        private readonly IMessageComposer _composer = MessageComposer.Create(definition);
        private readonly Verdict?[] _verdicts = new Verdict?[recipients.Length];
        private readonly List<TestMessage> _messages = [];
        private int _next;

        public IReadOnlyList<EmailTestResult> Results =>
            [.. recipients.Select((r, i) => new EmailTestResult(r.Address, _verdicts[i] ?? Unanswered(i)))];

        public ValueTask<OutgoingMessage?> NextAsync(CancellationToken cancellationToken)
        {
            while (_next < recipients.Length)
            {
                var index = _next++;
                var message = new TestMessage(v => _verdicts[index] = v);
                _messages.Add(message);
                if (Fill(message, index) is not { } reason)
                {
                    return new(message);
                }

                _verdicts[index] = new Verdict { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Composing, Text = reason };
            }

            return new((OutgoingMessage?)null);
        }

        public void Dispose() => _messages.ForEach(static m => m.Content.Dispose());

        private Verdict Unanswered(int index) => index < _next ? Verdict.InDoubt : Verdict.NotSent;

        private string? Fill(TestMessage message, int index)
        {
            var recipient = recipients[index];
            if (!EmailAddress.TryParse(recipient.Address, out var to, out var error))
            {
                return error;
            }

            var input = new ComposeInput(index, to, recipient.DisplayName, recipient.Values, recipient.Raw);
            if (!_composer.TryMakeEnvelopeFrom(input, out var from, out error))
            {
                return error ?? "The envelope sender is not an address.";
            }

            message.Address(new Envelope(from, to, definition.Dsn));
            return _composer.Compose(input, message.Content);
        }
    }

    private sealed class TestMessage(Action<Verdict> report) : OutgoingMessage
    {
        internal override MessageBuffer Content { get; } = new();

        public void Address(Envelope envelope) => Envelope = envelope;

        public override void Report(Verdict verdict) => report(verdict);
    }
}
