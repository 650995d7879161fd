using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Outcomes;

/// <summary>
/// Tells a relay that is too busy from greylisting: a 4.7.x text at RCPT or at the end of data concerns the relay only
/// when three different recipients in a row got the same one, addresses masked.
/// </summary>
internal sealed class SameTextRun
{
    public const int Needed = 3;

    private readonly Lock _lock = new();
    private readonly HashSet<EmailAddress> _recipients = [];
    private string? _text;

    /// <summary>True when this reply completes a run.</summary>
    public bool Refused(EmailAddress recipient, Verdict verdict)
    {
        if (verdict is not { Kind: VerdictKind.Retry, EnhancedCode: { Class: 4, Subject: 7 }, Phase: DeliveryPhase.Rcpt or DeliveryPhase.EndOfData })
        {
            Accepted();
            return false;
        }

        var text = AddressMask.Mask(verdict.Text ?? "");
        lock (_lock)
        {
            if (!string.Equals(_text, text, StringComparison.Ordinal))
            {
                _recipients.Clear();
                _text = text;
            }

            return _recipients.Add(recipient) && _recipients.Count >= Needed;
        }
    }

    public void Accepted()
    {
        if (Volatile.Read(ref _text) is null)
        {
            return;
        }

        lock (_lock)
        {
            _recipients.Clear();
            _text = null;
        }
    }
}
