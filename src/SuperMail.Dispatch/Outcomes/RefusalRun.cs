using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Outcomes;

/// <summary>
/// The rule of K: so many refusals in a row, on different recipients, with the same code and the same text, and nothing
/// accepted in between, are about the mailing and not about its recipients. Safe for several threads.
/// </summary>
/// <typeparam name="T">What stands for a recipient that would have to be given back.</typeparam>
internal sealed class RefusalRun<T>
{
    /// <summary>Refusals of different recipients that make a run.</summary>
    public const int Usual = 10;

    /// <summary>The same for replies that speak of login, relaying, quota or the sender: no list is so unlucky.</summary>
    public const int Telling = 3;

    private static readonly string[] TellingTexts =
        ["relay", "quota", "limit exceeded", "sender", "authentic", "not authorized", "not permitted", "spf", "dmarc"];

    private readonly Lock _lock = new();
    private readonly List<T> _members = [];
    private readonly HashSet<long> _recipients = [];
    private int _code;
    private string? _text;
    private bool _complete;
    private int _restarts;

    /// <summary>How often it began anew.</summary>
    public int Restarts => Volatile.Read(ref _restarts);

    /// <summary>Something was accepted: whatever was refused before was about its recipient.</summary>
    public void Accepted()
    {
        // Read without the lock on the hot path: a stale zero only means that nothing needs forgetting.
        if (Volatile.Read(ref _code) == 0)
        {
            return;
        }

        lock (_lock)
        {
            Forget();
        }
    }

    /// <summary>The mailing goes on after a pause: what was refused before it no longer counts.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            Volatile.Write(ref _restarts, _restarts + 1);
            Forget();
        }
    }

    /// <summary>
    /// A refusal (5xx). Returns the members of the run when this one completes it, else null. Empty: the run was
    /// complete before, and this one, heard on another connection, is no more at fault than its members were.
    /// </summary>
    /// <param name="recipient">Who was refused.</param>
    /// <param name="member">What is kept of it.</param>
    /// <param name="verdict">The refusal.</param>
    /// <param name="since">
    /// <see cref="Restarts"/> when the message was made: one of before a pause says nothing about the mailing as it goes on now,
    /// even when the mailing is resumed at this very moment.
    /// </param>
    public IReadOnlyList<T>? Refused(long recipient, T member, Verdict verdict, int since)
    {
        var text = AddressMask.Mask(verdict.Text ?? "");
        lock (_lock)
        {
            if (since != _restarts)
            {
                return [];
            }

            if (_code != verdict.ReplyCode || !string.Equals(_text, text, StringComparison.Ordinal))
            {
                Forget();
                _text = text;
                Volatile.Write(ref _code, verdict.ReplyCode);
            }

            if (_complete)
            {
                return [];
            }

            _members.Add(member);
            var again = !_recipients.Add(recipient) && verdict.Signal is RelaySignal.SenderRefused;
            if (_recipients.Count < Needed(verdict, text) && !(again && _members.Count >= Telling))
            {
                return null;
            }

            T[] run = [.. _members];
            _members.Clear();
            _recipients.Clear();
            _complete = true;
            return run;
        }
    }

    private static int Needed(Verdict verdict, string text) =>
        verdict.ReplyCode == 530
        || verdict.EnhancedCode is { Class: 5, Subject: 7, Detail: 0 or 3 or 8 }
        || Array.Exists(TellingTexts, t => text.Contains(t, StringComparison.OrdinalIgnoreCase))
            ? Telling
            : Usual;

    private void Forget()
    {
        _members.Clear();
        _recipients.Clear();
        _text = null;
        _complete = false;
        Volatile.Write(ref _code, 0);
    }
}
