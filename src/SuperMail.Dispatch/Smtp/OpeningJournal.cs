using System.Globalization;

namespace SuperMail.Dispatch.Smtp;

/// <summary>The steps of an opening as they go by, for the report of a check.</summary>
internal sealed class OpeningJournal(TimeProvider time)
{
    private readonly List<SmtpConnectionStep> _steps = [];
    private string? _name;
    private string? _reply;
    private long _start;

    public IReadOnlyList<SmtpConnectionStep> Steps => _steps;

    public string? TlsProtocol { get; set; }

    public SmtpCapabilities Capabilities { get; set; } = SmtpCapabilities.None;

    /// <summary>A step begins; the one before it went well.</summary>
    public void Enter(string name)
    {
        End(isOk: true);
        _name = name;
        _start = time.GetTimestamp();
    }

    public void Note(string text) => _reply = text;

    public void Note(in SmtpReply reply) => _reply = string.Create(
        CultureInfo.InvariantCulture, $"{reply.Code}{(reply.Enhanced.IsNone ? "" : " ")}{reply.Enhanced} {Verdicts.Clean(reply.Text)}");

    /// <summary>The last step ended.</summary>
    public void End(bool isOk)
    {
        if (_name is not null)
        {
            _steps.Add(new SmtpConnectionStep(_name, isOk, _reply, time.GetElapsedTime(_start)));
        }

        _name = _reply = null;
    }
}
